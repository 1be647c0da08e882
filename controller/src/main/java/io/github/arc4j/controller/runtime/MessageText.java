package io.github.arc4j.controller.runtime;

/** Messages in objects are of a bounded length, however long the texts of GitHub, users or the API server are that they quote. */
public final class MessageText {
    private static final String END = "...";

    /** What a condition or status says; Kubernetes refuses conditions with more than 32768. */
    private static final int LONGEST = 4096;

    private MessageText() {}

    /** A message for a condition or a status. */
    public static String cut(String message) {
        return cut(message, LONGEST);
    }

    /**
     * The message, or its beginning.
     *
     * @param longest number of characters that the result may have
     */
    public static String cut(String message, int longest) {
        if (message.length() <= longest) {
            return message;
        }
        int end = longest - END.length();
        boolean splits = Character.isHighSurrogate(message.charAt(end - 1));
        return message.substring(0, splits ? end - 1 : end) + END;
    }
}
