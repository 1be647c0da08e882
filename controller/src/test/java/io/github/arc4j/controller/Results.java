package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.runtime.Result;
import java.time.Duration;

/** Expectations of what a pass returns. */
public final class Results {
    /** {@link TestClock} goes on while a busy machine makes a pass. */
    private static final Duration LONG_PASS = Duration.ofSeconds(20);

    private Results() {}

    /** The key comes back when a time is over that began with this pass, or a little earlier. */
    public static void assertComesBackAfter(Result result, Duration delay) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Result.RequeueAfter.class,
                        after -> assertThat(after.delay()).isBetween(delay.minus(LONG_PASS), delay));
    }
}
