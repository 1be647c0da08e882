package io.github.arc4j.process.http;

/** Answers the requests for a path of an {@link HttpEndpoint}. Called on a virtual thread for each request. */
@FunctionalInterface
public interface HttpHandler {
    HttpReply handle(HttpCall call);
}
