package io.github.arc4j.controller.runtime;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The UIDs of objects that are gone, for as long as a late answer could bring one of them back. Not thread-safe. */
final class Tombstones {
    /** Longer than any request takes. */
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final InstantSource clock;
    /** UID to the end of its time; the eldest first. */
    private final Map<String, Long> ends = new LinkedHashMap<>();

    Tombstones(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Notes that an object is gone.
     *
     * @param uid null for objects that never were on an API server, as in tests; these are not noted
     */
    void add(@Nullable String uid) {
        if (uid == null) {
            return;
        }
        long now = clock.millis();
        Iterator<Long> eldestFirst = ends.values().iterator();
        while (eldestFirst.hasNext() && eldestFirst.next() <= now) {
            eldestFirst.remove();
        }
        ends.remove(uid);
        ends.put(uid, now + LIFETIME.toMillis());
    }

    boolean has(@Nullable String uid) {
        return uid != null && ends.containsKey(uid);
    }

    void clear() {
        ends.clear();
    }
}
