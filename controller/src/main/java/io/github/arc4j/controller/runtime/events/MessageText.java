package io.github.arc4j.controller.runtime.events;

import io.github.arc4j.process.LogText;

/**
 * Prepares messages in objects, which quote texts from GitHub, users or the API server: limits their length, and
 * escapes line breaks, other control characters and characters that reorder text.
 */
public final class MessageText {
    /** Limit for conditions and statuses; Kubernetes rejects conditions with more than 32768 characters. */
    private static final int LONGEST = 4096;

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
}
