package io.github.arc4j.simulator.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** How often each endpoint of the wire protocol was called. Safe for use by several threads. */
public final class CallCounts {
    private final Map<String, Long> counts = new ConcurrentHashMap<>();

    void add(Route route) {
        counts.merge(route.name(), 1L, Long::sum);
    }

    /** By method and path pattern. */
    public Map<String, Long> all() {
        return new TreeMap<>(counts);
    }
}
