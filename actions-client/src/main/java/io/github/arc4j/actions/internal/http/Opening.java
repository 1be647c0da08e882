package io.github.arc4j.actions.internal.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets the first request to a host open the HTTP/2 connection before others start, so that all share it. Otherwise the
 * JDK's client opens a connection for each request that finds none: hundreds of TLS handshakes in a burst.
 */
final class Opening {
    /** Shorter than the 30 s after which the JDK's client closes idle connections. */
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Map<String, Gate> gates = new ConcurrentHashMap<>();

    /** A connection to a host; modified only under the map's lock. */
    private static final class Gate {
        private final CountDownLatch open = new CountDownLatch(1);
        private int requests;
        private long lastUsed;

        boolean mayHaveClosed() {
            return requests == 0 && System.nanoTime() - lastUsed > KEPT_NANOS;
        }
    }

    /** A permit to send a request, valid until closed. */
    final class Passage implements AutoCloseable {
        private final String host;
        private final Gate gate;

        private Passage(String host, Gate gate) {
            this.host = host;
            this.gate = gate;
        }

        /** Reports that the request has its connection. */
        void connected() {
            gate.open.countDown();
        }

        @Override
        public void close() {
            // other requests must not wait for a connection that failed to open
            connected();
            leave();
        }

        private void leave() {
            gates.computeIfPresent(host, (key, current) -> {
                gate.requests--;
                gate.lastUsed = System.nanoTime();
                return current;
            });
        }
    }

    /**
     * Waits while another request opens the connection.
     *
     * @throws NotSentException if the connection is not open before the deadline
     */
    Passage enter(String host, long deadline) throws InterruptedException, NotSentException {
        Gate fresh = new Gate();
        Gate gate = gates.compute(host, (key, current) -> entered(current, fresh));
        Passage passage = new Passage(host, gate);
        boolean open = gate.equals(fresh);
        try {
            open = open || gate.open.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } finally {
            if (!open) {
                passage.leave();
            }
        }
        if (!open) {
            throw new NotSentException("no connection was open in time", false);
        }
        return passage;
    }

    private static Gate entered(@Nullable Gate current, Gate fresh) {
        Gate gate = current == null || current.mayHaveClosed() ? fresh : current;
        gate.requests++;
        return gate;
    }
}
