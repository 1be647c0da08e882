package io.github.arc4j.actions.internal;

import java.time.Duration;

/** Waits between two tries. */
@FunctionalInterface
public interface Sleeper {
    /** Waits on a real clock. */
    Sleeper REAL = duration -> Thread.sleep(duration.toMillis());

    /** Waits as long as given. */
    void sleep(Duration duration) throws InterruptedException;
}
