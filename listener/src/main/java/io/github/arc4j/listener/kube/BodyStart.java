package io.github.arc4j.listener.kube;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Keeps the first part of a body. It reads the rest too, because that lets the next call use the connection. */
final class BodyStart implements BodySubscriber<byte[]> {
    /** In bytes; sufficient for a Status object. */
    static final int LIMIT = 64 << 10;

    private static final byte[] NONE = {};

    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private byte[] start = NONE;
    private int size;

    /** Keeps nothing of a successful response. */
    static BodySubscriber<byte[]> ofError(ResponseInfo head) {
        return head.statusCode() / 100 == 2 ? BodySubscribers.replacing(NONE) : new BodyStart();
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            int length = Math.min(buffer.remaining(), LIMIT - size);
            int required = size + length;
            if (required > start.length) {
                start = Arrays.copyOf(start, Math.min(LIMIT, Math.max(2 * size, required)));
            }
            buffer.get(start, size, length);
            size = required;
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(Arrays.copyOf(start, size));
    }
}
