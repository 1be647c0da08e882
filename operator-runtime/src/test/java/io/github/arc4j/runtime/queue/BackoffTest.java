package io.github.arc4j.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void aTimestampInAStatusMayBeCenturiesAhead() {
        Duration untilThen =
                Duration.between(Instant.parse("2026-11-29T00:00:00Z"), Instant.parse("9999-12-31T23:59:59Z"));
        assertThat(Backoff.spread(untilThen, 0.5)).isBetween(Duration.ofDays(1), Duration.ofDays(2));
    }

    @Test
    void aDelayGetsTenPercentOfJitter() {
        assertThat(Backoff.spread(Duration.ofSeconds(10), 0.5)).isEqualTo(Duration.ofMillis(10_500));
    }
}
