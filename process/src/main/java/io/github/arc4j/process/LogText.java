package io.github.arc4j.process;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text of others in a log: answers of servers, names of jobs, messages of exceptions. What would start a line, move a
 * terminal's cursor or hide or reorder text is written as an escape, so that nobody can forge a line.
 */
final class LogText {
    private LogText() {}

    /** The text with {@code \n} and the like in place of invisible characters; JSON stays the same JSON. */
    static String visible(String text) {
        if (text.chars().allMatch(LogText::isPlain)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(visible, c));
        return visible.toString();
    }

    private static boolean isPlain(int c) {
        return c >= ' ' && c < 0x7f;
    }

    private static void append(StringBuilder text, int c) {
        switch (c) {
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            default -> {
                if (isPlain(c) || !isInvisible(c)) {
                    text.appendCodePoint(c);
                } else {
                    for (char unit : Character.toChars(c)) {
                        text.append("\\u%04x".formatted((int) unit));
                    }
                }
            }
        }
    }

    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    // among them the marks that change the direction of text
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    /** The same throwable for {@link Throwable#printStackTrace()}: a line per frame, and one per message. */
    static Throwable printable(Throwable thrown) {
        return new Printable(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static final class Printable extends Throwable {
        private static final long serialVersionUID = 1;

        private final String text;

        private Printable(Throwable thrown, Set<Throwable> seen) {
            super(null, cause(thrown, seen), true, true);
            text = visible(thrown.toString());
            setStackTrace(thrown.getStackTrace());
            for (Throwable suppressed : thrown.getSuppressed()) {
                if (seen.add(suppressed)) {
                    addSuppressed(new Printable(suppressed, seen));
                }
            }
        }

        private static @Nullable Throwable cause(Throwable thrown, Set<Throwable> seen) {
            seen.add(thrown);
            Throwable cause = thrown.getCause();
            return cause != null && seen.add(cause) ? new Printable(cause, seen) : null;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
