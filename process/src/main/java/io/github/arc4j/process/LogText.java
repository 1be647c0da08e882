package io.github.arc4j.process;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text of others in a log, a metric or the message of an object: answers of servers, names of jobs, messages of exceptions.
 * What would start a line, move a terminal's cursor or hide or reorder text is written as an escape, so that nobody can
 * forge a line.
 */
public final class LogText {
    private static final String END = "...";

    private LogText() {}

    /**
     * The text, or its beginning. No character is cut in two.
     *
     * @param longest number of characters that the result may have
     */
    public static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = longest - END.length();
        boolean splits = Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, splits ? end - 1 : end) + END;
    }

    /** The text with {@code \n} and the like in place of invisible characters; JSON stays the same JSON. */
    public static String visible(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(visible, c));
        return visible.toString();
    }

    /** A loop, because this is called for each log line, where a stream costs a tenth of the line. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i))) {
                return false;
            }
        }
        return true;
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

    /**
     * The same throwable for {@link Throwable#printStackTrace()}: a line per frame, and one per message.
     *
     * @param longest number of characters of a message
     */
    static Throwable printable(Throwable thrown, int longest) {
        return new Printable(thrown, longest, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static final class Printable extends Throwable {
        private static final long serialVersionUID = 1;

        private final String text;

        private Printable(Throwable thrown, int longest, Set<Throwable> seen) {
            super(null, cause(thrown, longest, seen), true, true);
            text = visible(cut(thrown.toString(), longest));
            setStackTrace(thrown.getStackTrace());
            for (Throwable suppressed : thrown.getSuppressed()) {
                if (seen.add(suppressed)) {
                    addSuppressed(new Printable(suppressed, longest, seen));
                }
            }
        }

        private static @Nullable Throwable cause(Throwable thrown, int longest, Set<Throwable> seen) {
            seen.add(thrown);
            Throwable cause = thrown.getCause();
            return cause != null && seen.add(cause) ? new Printable(cause, longest, seen) : null;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
