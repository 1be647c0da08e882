package io.github.arc4j.controller.runtime;

import io.github.arc4j.process.LogText;

/**
 * Messages in objects quote texts of GitHub, of users and of the API server. However those are, a message is of a bounded
 * length, in one line, and shows what it has: control characters and marks that reorder text are written as escapes.
 */
public final class MessageText {
    /** What a condition or status says; Kubernetes refuses conditions with more than 32768. */
    private static final int LONGEST = 4096;

    private MessageText() {}

    /** A message for a condition or a status. */
    public static String of(String message) {
        return of(message, LONGEST);
    }

    /**
     * The message, or its beginning.
     *
     * @param longest number of characters that the result may have
     */
    public static String of(String message, int longest) {
        // Cut before as well: what is left out need not be looked at.
        return LogText.cut(LogText.visible(LogText.cut(message, longest)), longest);
    }
}
