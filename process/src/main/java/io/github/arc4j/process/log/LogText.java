package io.github.arc4j.process.log;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Untrusted text in a log, a metric or the message of an object: responses of servers, names of jobs, messages of
 * exceptions. Characters that would start a new line, move a terminal's cursor, or hide or reorder text are escaped, so
 * that nobody can forge a log line.
 */
public final class LogText {
    private static final String END = "...";

    private LogText() {}

    /**
     * Truncates the text if it is too long. Never splits a surrogate pair.
     *
     * @param longest maximum length of the result in characters
     */
    public static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = longest - END.length();
        boolean splits = Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, splits ? end - 1 : end) + END;
    }

    /** Replaces invisible characters by escapes such as {@code \n}; JSON keeps its meaning. */
    public static String visible(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(visible, c));
        return visible.toString();
    }

    /**
     * Whether the text has only visible ASCII characters. A loop, because this is called for each log line, where a
     * stream would cost a tenth of the time of the line.
     */
    static boolean isPlain(String text) {
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
                    // includes the marks that change the direction of text
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    /**
     * A copy of the throwable for {@link Throwable#printStackTrace()}, which prints one line per frame and one per
     * message.
     *
     * @param longest maximum length of a message in characters
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
