package io.github.arc4j.listener.kube;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Limits the calls for each namespace, so that one whose calls take long, for example because of a webhook, leaves most
 * of them to the others.
 */
final class NamespaceCalls {
    private static final int MAX = 25;

    private final Map<String, Integer> calls = new HashMap<>();

    /** Waits until another call may begin; returns false if none may within the time limit. */
    synchronized boolean begin(String namespace, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (number(namespace) >= MAX) {
            long rest = end - System.nanoTime();
            if (rest <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, rest);
        }
        calls.put(namespace, number(namespace) + 1);
        return true;
    }

    synchronized void end(String namespace) {
        int rest = number(namespace) - 1;
        if (rest == 0) {
            calls.remove(namespace);
        } else {
            calls.put(namespace, rest);
        }
        notifyAll();
    }

    private int number(String namespace) {
        return calls.getOrDefault(namespace, 0);
    }
}
