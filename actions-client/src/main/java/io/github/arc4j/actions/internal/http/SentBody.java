package io.github.arc4j.actions.internal.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * A request body, possibly empty, that notifies when it is requested: the request has its connection then.
 *
 * @param body the actual body
 * @param connected run when the body is requested
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
