package io.github.arc4j.actions.internal.call;

import java.time.Duration;

/** Waits between two attempts. */
@FunctionalInterface
public interface Sleeper {
    /** Waits in real time. */
    Sleeper REAL = duration -> Thread.sleep(duration.toMillis());

    void sleep(Duration duration) throws InterruptedException;
}
