package io.github.arc4j.simulator.service.state;

import io.github.arc4j.simulator.SessionView;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A message session of a scale set. Guarded by the monitor. */
public final class Session {
    private final UUID id = UUID.randomUUID();
    private final ScaleSet scaleSet;
    private final String owner;
    private final Instant openedAt = Instant.now();
    private Instant lastSeenAt = openedAt;
    private int polls;
    private long lastPoll;
    private @Nullable Future<?> expiry;

    public Session(ScaleSet scaleSet, String owner) {
        this.scaleSet = scaleSet;
        this.owner = owner;
    }

    public UUID id() {
        return id;
    }

    public ScaleSet scaleSet() {
        return scaleSet;
    }

    public String owner() {
        return owner;
    }

    public boolean polling() {
        return polls > 0;
    }

    /** Starts a poll and returns its number. */
    public long beginPoll() {
        polls++;
        lastSeenAt = Instant.now();
        return ++lastPoll;
    }

    public boolean isSuperseded(long poll) {
        return poll != lastPoll;
    }

    public void endPoll() {
        polls--;
        lastSeenAt = Instant.now();
    }

    /** Replaces the timer that ends an unused session; null if there is none. */
    public void expiry(@Nullable Future<?> next) {
        Timers.cancel(expiry);
        expiry = next;
    }

    public SessionView view() {
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
