package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.SessionView;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A message session of a scale set. Guarded by the monitor. */
final class Session {
    private final UUID id = UUID.randomUUID();
    private final ScaleSet scaleSet;
    private final String owner;
    private final Instant openedAt = Instant.now();
    private Instant lastSeenAt = openedAt;
    private int polls;
    private long lastPoll;
    private @Nullable Future<?> expiry;

    Session(ScaleSet scaleSet, String owner) {
        this.scaleSet = scaleSet;
        this.owner = owner;
    }

    UUID id() {
        return id;
    }

    ScaleSet scaleSet() {
        return scaleSet;
    }

    String owner() {
        return owner;
    }

    boolean polling() {
        return polls > 0;
    }

    /** Starts a poll and returns its number. */
    long beginPoll() {
        polls++;
        lastSeenAt = Instant.now();
        return ++lastPoll;
    }

    boolean isSuperseded(long poll) {
        return poll != lastPoll;
    }

    void endPoll() {
        polls--;
        lastSeenAt = Instant.now();
    }

    /** Replaces the timer that ends an unused session; null for none. */
    void expiry(@Nullable Future<?> next) {
        Timers.cancel(expiry);
        expiry = next;
    }

    SessionView view() {
        return new SessionView(
                id,
                scaleSet.id(),
                scaleSet.name(),
                owner,
                openedAt,
                lastSeenAt,
                polling(),
                scaleSet.messages().pending());
    }
}
