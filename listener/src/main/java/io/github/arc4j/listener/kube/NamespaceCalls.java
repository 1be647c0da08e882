package io.github.arc4j.listener.kube;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Limits the calls for each namespace, so that one whose calls take long, for example because of a webhook, leaves most
 * of them to the others.
 */
final class NamespaceCalls {
    private static final int MAX = 25;

    private static final class Calls {
        private final Semaphore free = new Semaphore(MAX, true);
        /** Those that have begun, and those that wait. */
        private int users;
    }

    private final Map<String, Calls> byNamespace = new HashMap<>();

    /** Waits until another call may begin; returns false if none may within the time limit. */
    boolean begin(String namespace, Duration limit) throws InterruptedException {
        Calls calls = join(namespace);
        boolean begun = false;
        try {
            begun = calls.free.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
            return begun;
        } finally {
            if (!begun) {
                quit(namespace, calls);
            }
        }
    }

    synchronized void end(String namespace) {
        Calls calls = Objects.requireNonNull(byNamespace.get(namespace));
        calls.free.release();
        quit(namespace, calls);
    }

    private synchronized Calls join(String namespace) {
        Calls calls = byNamespace.get(namespace);
        if (calls == null) {
            calls = new Calls();
            byNamespace.put(namespace, calls);
        }
        calls.users++;
        return calls;
    }

    private synchronized void quit(String namespace, Calls calls) {
        calls.users--;
        if (calls.users == 0) {
            byNamespace.remove(namespace);
        }
    }
}
