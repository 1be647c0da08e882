package io.github.arc4j.runtime.events;

import io.github.arc4j.process.log.LogText;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Prepares messages in objects, which quote texts from GitHub, users or the API server: limits their length, and
 * escapes line breaks, other control characters and characters that reorder text.
 */
public final class MessageText {
    /** Limit for conditions and statuses; Kubernetes rejects conditions with more than 32768 characters. */
    private static final int LONGEST = 4096;

    private static final String OMITTED = "...";

    /** The escape sequences that color the text of a terminal or move its cursor. */
    private static final Pattern TERMINAL = Pattern.compile("\u001b\\[[0-9;?]*[ -/]*[@-~]");

    /**
     * GitHub tokens, JSON web tokens and JIT configs. Any long base64 text counts, because a log may begin in the middle
     * of a secret.
     */
    private static final Pattern SECRET =
            Pattern.compile("\\b(?:gh[a-z]_|github_pat_)\\w{16,}|\\beyJ[\\w+/.=-]{24,}|[A-Za-z0-9+/_-]{100,}={0,2}");

    private MessageText() {}

    /** A message for a condition or a status. */
    public static String of(String message) {
        return of(message, LONGEST);
    }

    /**
     * The message, truncated if necessary.
     *
     * @param longest maximum number of characters
     */
    public static String of(String message, int longest) {
        // Truncates first, so that the rest is not escaped in vain.
        return LogText.cut(LogText.visible(LogText.cut(message, longest)), longest);
    }

    /**
     * The end of a program's log as one line: without colors and empty lines, with {@code |} between lines, and with
     * stars in place of texts that look like secrets.
     *
     * @param longest maximum number of characters
     */
    public static String lastLines(String log, int longest) {
        String end = log.substring(Math.max(0, log.length() - LONGEST));
        String plain = TERMINAL.matcher(end).replaceAll("");
        String line = SECRET.matcher(plain)
                .replaceAll("***")
                .lines()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" | "));
        String visible = LogText.visible(line);
        if (visible.length() <= longest) {
            return visible;
        }
        int start = visible.length() - longest + OMITTED.length();
        boolean splits = Character.isLowSurrogate(visible.charAt(start));
        return OMITTED + visible.substring(splits ? start + 1 : start);
    }
}
