package io.github.arc4j.runtime.client;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.ByteArrayBodyHandler;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Receives only a few long responses at a time; the others pause halfway. Anyone who may create an object determines
 * its size, and a response with it may have 8 MiB, because the API server escapes characters. Does not affect responses
 * that are read as streams.
 */
final class LongResponses implements Interceptor {
    /** A response with more bytes than this is long. */
    private static final int LONG = 512 * 1024;

    private static final int AT_A_TIME = 2;

    private final Duration timeout;

    /** How to continue with bodies that wait, the oldest first. */
    private final Map<AsyncBody, Runnable> waiting = new LinkedHashMap<>();

    private int receiving;

    /** @param timeout for the rest of a long response: that of the request does not end its body */
    LongResponses(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        return consumer instanceof ByteArrayBodyHandler ? new Measured(consumer) : consumer;
    }

    private void receive(AsyncBody body, Runnable rest) {
        body.done().copy().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).whenComplete((end, failure) -> {
            if (failure instanceof TimeoutException) {
                body.cancel();
            }
        });
        synchronized (this) {
            if (receiving >= AT_A_TIME) {
                waiting.put(body, rest);
                body.done().whenComplete((end, failure) -> stopWaiting(body));
                return;
            }
            receiving++;
        }
        start(body, rest);
    }

    /** It has been cancelled, or the connection has failed. */
    private synchronized void stopWaiting(AsyncBody body) {
        waiting.remove(body);
    }

    private void start(AsyncBody body, Runnable rest) {
        body.done().whenComplete((end, failure) -> next());
        rest.run();
    }

    private void next() {
        Map.Entry<AsyncBody, Runnable> oldest;
        synchronized (this) {
            if (waiting.isEmpty()) {
                receiving--;
                return;
            }
            oldest = waiting.entrySet().iterator().next();
            waiting.remove(oldest.getKey());
        }
        start(oldest.getKey(), oldest.getValue());
    }

    private final class Measured implements AsyncBody.Consumer<List<ByteBuffer>> {
        private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
        private long length;
        private boolean isLong;

        Measured(AsyncBody.Consumer<List<ByteBuffer>> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void consume(List<ByteBuffer> part, AsyncBody body) throws Exception {
            for (ByteBuffer buffer : part) {
                length += buffer.remaining();
            }
            if (isLong || length <= LONG) {
                consumer.consume(part, body);
            } else {
                isLong = true;
                receive(body, () -> pass(part, body));
            }
        }

        private void pass(List<ByteBuffer> part, AsyncBody body) {
            try {
                consumer.consume(part, body);
            } catch (Exception e) {
                body.cancel();
            }
        }

        @Override
        public <U> U unwrap(Class<U> target) {
            return consumer.unwrap(target);
        }
    }
}
