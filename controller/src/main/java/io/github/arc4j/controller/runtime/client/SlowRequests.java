package io.github.arc4j.controller.runtime.client;

import java.util.HashMap;
import java.util.Map;

/**
 * The requests that are taking longer than a second. How long a request takes may be up to the author of its object: a
 * webhook that verifies images, for example, waits for the registry that the object names. So slow requests do not count
 * towards the limit of all requests. Instead, there is room for a few of each namespace, and while a namespace has no
 * room, its further requests wait.
 */
final class SlowRequests {
    private static final int MAX_OF_NAMESPACE = 8;
    private static final int MAX = 32;

    private final Map<String, Integer> byNamespace = new HashMap<>();
    private int total;

    /** Waits until the namespace has room. */
    synchronized void awaitRoom(String namespace) throws InterruptedException {
        while (!hasRoom(namespace)) {
            wait();
        }
    }

    synchronized boolean hasRoom(String namespace) {
        return byNamespace.getOrDefault(namespace, 0) < MAX_OF_NAMESPACE;
    }

    /** Adds a request that has become slow; returns false if there is no room for it. */
    synchronized boolean add(String namespace) {
        if (total == MAX || !hasRoom(namespace)) {
            return false;
        }
        total++;
        byNamespace.merge(namespace, 1, Integer::sum);
        return true;
    }

    /** A slow request has ended. */
    synchronized void remove(String namespace) {
        total--;
        byNamespace.computeIfPresent(namespace, (key, number) -> number == 1 ? null : number - 1);
        notifyAll();
    }
}
