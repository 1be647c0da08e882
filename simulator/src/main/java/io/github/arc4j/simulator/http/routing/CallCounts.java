package io.github.arc4j.simulator.http.routing;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Number of calls of each endpoint of the wire protocol. Thread-safe. */
public final class CallCounts {
    private final Map<String, Long> counts = new ConcurrentHashMap<>();

    void add(Route route) {
        counts.merge(route.name(), 1L, Long::sum);
    }

    /** Counts by method and path pattern. */
    public Map<String, Long> all() {
        return new TreeMap<>(counts);
    }
}
