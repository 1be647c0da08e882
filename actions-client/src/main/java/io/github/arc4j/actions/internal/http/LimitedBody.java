package io.github.arc4j.actions.internal.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Collects a body up to a size limit, and as long as the budget of all bodies lasts; beyond them, the rest is not read
 * and the exchange fails. The server chooses how the body is divided, so that does not influence how much memory it
 * occupies.
 */
final class LimitedBody implements BodySubscriber<byte[]>, AutoCloseable {
    private final int limit;
    private final BodyBudget budget;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private byte[] body = new byte[0];
    private int size;
    private Flow.@Nullable Subscription subscription;

    private boolean closed;

    LimitedBody(int limit, BodyBudget budget) {
        this.limit = limit;
        this.budget = budget;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        subscription = upstream;
        upstream.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            int length = buffer.remaining();
            if (length > limit - size) {
                stop(new BodyTooLargeException(limit));
                return;
            }
            if (length > body.length - size && !grow(length)) {
                stop(new IOException("too many large responses at the same time"));
                return;
            }
            buffer.get(body, size, length);
            size += length;
        }
    }

    private boolean grow(int length) {
        int larger = Math.min(limit, Math.max(2 * size, size + length));
        if (closed || !budget.take(larger - body.length)) {
            return false;
        }
        body = Arrays.copyOf(body, larger);
        return true;
    }

    private void stop(IOException failure) {
        result.completeExceptionally(failure);
        if (subscription != null) {
            subscription.cancel();
        }
    }

    /** Returns what was taken from the budget; the body, if it is complete, belongs to the caller. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            budget.release(body.length);
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(size == body.length ? body : Arrays.copyOf(body, size));
    }
}
