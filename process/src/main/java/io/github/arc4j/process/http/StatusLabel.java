package io.github.arc4j.process.http;

/**
 * The label {@code code} of metrics of HTTP clients. A server may respond with any number, and each value of a label is
 * another series until the process ends.
 */
public final class StatusLabel {
    private static final String OTHER = "other";

    private StatusLabel() {}

    /**
     * Returns the status if it is one that GitHub, the API server or a proxy responds with, else {@value #OTHER}.
     *
     * @param status HTTP status, 0 without a response
     */
    public static String of(int status) {
        return isUsual(status) ? Integer.toString(status) : OTHER;
    }

    private static boolean isUsual(int status) {
        return status == 0
                || isBetween(status, 200, 204)
                || isBetween(status, 301, 308)
                || isBetween(status, 400, 429)
                || isBetween(status, 500, 504);
    }

    private static boolean isBetween(int status, int first, int last) {
        return status >= first && status <= last;
    }
}
