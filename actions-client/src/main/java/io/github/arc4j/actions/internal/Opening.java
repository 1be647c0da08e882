package io.github.arc4j.actions.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets the first request to a host open the HTTP/2 connection before others come, so that they share it. Without that the
 * JDK's client opens a connection for each of the requests that find none: hundreds of TLS handshakes in a burst.
 */
final class Opening {
    /** The JDK's client closes connections that are idle for 30 s. */
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Map<String, Gate> gates = new ConcurrentHashMap<>();

    /** A connection to a host; changed under the map's lock only. */
    private static final class Gate {
        private final CountDownLatch open = new CountDownLatch(1);
        private int requests;
        private long lastUsed;

        boolean mayHaveClosed() {
            return requests == 0 && System.nanoTime() - lastUsed > KEPT_NANOS;
        }
    }

    /** The right to send a request, until it is closed. */
    final class Passage implements AutoCloseable {
        private final String host;
        private final Gate gate;

        private Passage(String host, Gate gate) {
            this.host = host;
            this.gate = gate;
        }

        /** The request has its connection. */
        void connected() {
            gate.open.countDown();
        }

        @Override
        public void close() {
            // nobody should wait for a connection that did not come about
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
     * @throws NotSentException if that takes too long
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
