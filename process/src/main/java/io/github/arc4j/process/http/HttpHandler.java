package io.github.arc4j.process.http;

/**
 * Responds to the requests for a path of an {@link HttpEndpoint}. Called on a virtual thread for each request, unless it is
 * {@linkplain #isQuick quick}.
 */
@FunctionalInterface
public interface HttpHandler {
    HttpReply handle(HttpCall call);

    /** Whether it never waits, and its response is short. */
    default boolean isQuick() {
        return false;
    }
}
