package io.github.arc4j.actions.wire;

import io.github.arc4j.actions.ResponseMemory;
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
 * Collects a body up to a size limit, and as long as there is memory for all bodies; beyond them, the rest is not read and
 * the exchange fails. The server chooses how the body is divided, so that does not influence how much memory it
 * occupies.
 */
public final class LimitedBody implements BodySubscriber<byte[]>, AutoCloseable {
    /**
     * Bytes of each body that are not counted, so that normal responses never fail because of others. The buffers of
     * the connection on which a body arrives take more.
     */
    static final int UNCOUNTED = 16 << 10;

    private final int limit;
    private final ResponseMemory memory;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private byte[] body = new byte[0];
    private int size;
    private Flow.@Nullable Subscription subscription;

    private boolean closed;

    /** @param limit in bytes */
    public LimitedBody(int limit, ResponseMemory memory) {
        this.limit = limit;
        this.memory = memory;
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
                stop(new BodyTooLargeException(limit, beginning(buffer)));
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

    /** The first bytes of the body, which is continued by the buffer. */
    private byte[] beginning(ByteBuffer next) {
        byte[] beginning = Arrays.copyOf(body, Math.min(size + next.remaining(), BodyTooLargeException.BEGINNING));
        if (size < beginning.length) {
            next.get(beginning, size, beginning.length - size);
        }
        return beginning;
    }

    private boolean grow(int length) {
        int required = size + length;
        int most = required <= UNCOUNTED ? Math.min(UNCOUNTED, limit) : limit;
        int larger = Math.min(most, Math.max(2 * size, required));
        if (closed || !memory.take(counted(larger) - counted(body.length))) {
            return false;
        }
        body = Arrays.copyOf(body, larger);
        return true;
    }

    private static int counted(int bytes) {
        return Math.max(0, bytes - UNCOUNTED);
    }

    private void stop(IOException failure) {
        result.completeExceptionally(failure);
        if (subscription != null) {
            subscription.cancel();
        }
    }

    /** Returns the memory that was taken; the body, if it is complete, belongs to the caller. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            memory.release(counted(body.length));
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
