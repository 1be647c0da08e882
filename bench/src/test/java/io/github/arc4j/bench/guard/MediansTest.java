package io.github.arc4j.bench.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MediansTest {
    @Test
    void oneExtremeValueDoesNotChangeTheMedian() {
        assertThat(Medians.of(List.of(Map.of("a", 3.0), Map.of("a", 1000.0), Map.of("a", 2.0))))
                .containsEntry("a", 3.0);
    }

    @Test
    void theMedianOfTwoValuesIsTheirMean() {
        assertThat(Medians.of(List.of(Map.of("a", 1.0), Map.of("a", 2.0)))).containsEntry("a", 1.5);
    }
}
