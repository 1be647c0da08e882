package io.github.arc4j.controller.kube.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentTimesTest {
    private final RecentTimes times = new RecentTimes(Duration.ofHours(1));

    @Test
    void oldTimesAreForgotten() {
        times.put("a", Instant.EPOCH);
        times.put("b", Instant.EPOCH.plusSeconds(1800));
        assertThat(times.get("a", Instant.EPOCH.plusSeconds(3600))).isNull();
        times.put("c", Instant.EPOCH.plusSeconds(3600));
        assertThat(times.size()).isEqualTo(2);
    }

    /** Whoever may write a status can invent reasons as fast as it is reconciled. */
    @Test
    void theOldestOfVeryManyAreForgotten() {
        for (int i = 0; i <= RecentTimes.MAX; i++) {
            times.put("reason " + i, Instant.EPOCH);
        }
        assertThat(times.size()).isEqualTo(RecentTimes.MAX);
        assertThat(times.get("reason 0", Instant.EPOCH)).isNull();
        assertThat(times.get("reason 1", Instant.EPOCH)).isNotNull();
    }
}
