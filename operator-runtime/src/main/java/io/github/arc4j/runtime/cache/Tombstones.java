package io.github.arc4j.runtime.cache;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The UIDs of deleted objects, kept as long as a late response could contain one of them. That includes objects that were
 * never cached, because their deletion may be known before the response to their creation. Not thread-safe.
 */
public final class Tombstones {
    /** Longer than the duration of any request. */
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    /** More than the controller can delete while a response is late; users may delete as many as they like. */
    private static final int MAX = 20_000;

    private final InstantSource clock;
    /** UID to expiry time, oldest first. */
    private final Map<String, Long> expiries = new LinkedHashMap<>();

    Tombstones(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Records that an object is deleted.
     *
     * @param uid null for objects that were never on an API server, as in tests; these are ignored
     */
    void add(@Nullable String uid) {
        if (uid == null) {
            return;
        }
        long now = clock.millis();
        Iterator<Long> oldestFirst = expiries.values().iterator();
        while (oldestFirst.hasNext() && (oldestFirst.next() <= now || expiries.size() >= MAX)) {
            oldestFirst.remove();
        }
        expiries.remove(uid);
        expiries.put(uid, now + LIFETIME.toMillis());
    }

    boolean has(@Nullable String uid) {
        return uid != null && expiries.containsKey(uid);
    }

    void clear() {
        expiries.clear();
    }
}
