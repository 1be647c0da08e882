package io.github.arc4j.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that passes only when a test says so. */
public final class FakeTime implements InstantSource {
    private long nanos;

    public long nanoTime() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return Instant.parse("2026-01-01T00:00:00Z").plusNanos(nanos);
    }

    public void pass(Duration time) {
        nanos += time.toNanos();
    }
}
