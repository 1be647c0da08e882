package io.github.arc4j.actions.internal;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * A body, which may be empty, that tells when it is asked for: then the request has its connection.
 *
 * @param body the body itself
 * @param connected run when it is asked for
 */
record SentBody(BodyPublisher body, Runnable connected) implements BodyPublisher {
    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        connected.run();
        body.subscribe(subscriber);
    }
}
