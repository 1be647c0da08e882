package io.github.arc4j.listener.shared;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses between failed attempts: exponential backoff with a jitter of up to a fifth. To be used by one thread. */
final class Pauses {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    /** After this many doublings, the longest pause is reached. */
    private static final int DOUBLINGS = 6;

    private int failures;

    Duration next() {
        Duration pause = FIRST.multipliedBy(1L << Math.min(failures++, DOUBLINGS));
        long millis = Math.min(pause.toMillis(), LONGEST.toMillis());
        return Duration.ofMillis((long) (millis * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }

    void reset() {
        failures = 0;
    }
}
