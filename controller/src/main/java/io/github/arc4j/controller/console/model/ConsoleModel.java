package io.github.arc4j.controller.console.model;

import io.github.arc4j.runtime.cache.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data of the console, computed on request; the fleet is computed at most once per second. */
public final class ConsoleModel {
    /** Maximum number of rows of the timeline. */
    static final int MAX_ROWS = 200;

    private static final long MAX_AGE_MILLIS = 900;

    private final InstantSource clock;
    private final RunnerHistory history;
    private final FleetReader reader;
    private @Nullable Fleet latest;

    public ConsoleModel(Caches caches, String version, InstantSource clock) {
        this.clock = clock;
        this.history = new RunnerHistory(caches, clock);
        this.reader = new FleetReader(caches, history, version);
    }

    public synchronized Fleet fleet() {
        Instant now = clock.instant();
        if (latest == null || now.toEpochMilli() - latest.time() >= MAX_AGE_MILLIS) {
            latest = reader.read(now);
        }
        return latest;
    }

    /** @param scaleSet null for all scale sets */
    public List<JobRow> jobs(@Nullable Request scaleSet) {
        return history.jobs(scaleSet, MAX_ROWS);
    }

    /** Changes with each waiting time of the scale set. */
    public int waitsVersion(@Nullable Request scaleSet) {
        return history.waits(scaleSet).version();
    }

    /** @param scaleSet null for all scale sets */
    public Waits.Series waits(@Nullable Request scaleSet) {
        return history.waits(scaleSet).series(clock.instant());
    }
}
