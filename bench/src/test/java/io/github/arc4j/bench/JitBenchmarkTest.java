package io.github.arc4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JitBenchmarkTest {
    /** Sequential calls would take 150 s; the limit allows for a busy machine. */
    @Test
    void thousandConcurrentCallsFitIntoASmallHeapAndDoNotBlockEachOther() throws Exception {
        try (GitHubSimulator github = GitHubSimulator.start(
                SimulatorOptions.builder().latency(Duration.ofMillis(150)).build())) {
            String output = JitBenchmark.client(github.configUrl("org"), 1, List.of());

            assertThat(Integer.parseInt(output.replaceAll("\\D", ""))).isLessThan(15_000);
            assertThat(github.runners()).hasSize(1000);
            assertThat(github.violations()).isEmpty();
        }
    }
}
