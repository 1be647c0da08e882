package io.github.arc4j.actions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(30), 0.25);

    @Test
    void growsUpToTheLongestDelay() {
        Backoff exact = new Backoff(Duration.ofMillis(500), 3, Duration.ofSeconds(10), 0);

        assertThat(IntStream.of(1, 2, 3, 4, 1000, Integer.MAX_VALUE).mapToObj(exact::after))
                .containsExactly(
                        Duration.ofMillis(500),
                        Duration.ofMillis(1500),
                        Duration.ofMillis(4500),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10));
    }

    @Property
    void variesByItsShare(@ForAll @IntRange(min = 1) int failures) {
        double middle = failures > 5 ? 30_000 : 1000 * (1 << (failures - 1));

        assertThat(BACKOFF.after(failures).toMillis()).isBetween((long) (middle * 0.75), (long) (middle * 1.25));
    }

    @Test
    void variesAlsoAtItsLongest() {
        assertThat(IntStream.range(0, 100).mapToObj(i -> BACKOFF.after(1000)).distinct())
                .hasSizeGreaterThan(10);
    }
}
