package io.github.arc4j.listener.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.CompletedRunner;
import io.github.arc4j.listener.FakeTiming;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CompletedRunnersTest {
    private final FakeTiming timing = new FakeTiming();
    private final CompletedRunners completed = new CompletedRunners(timing);

    private static CompletedRunner runner(String name) {
        return new CompletedRunner(name, 7, "job");
    }

    @Test
    void runnersAreReportedForTwentySeconds() {
        completed.add(runner("a"));
        timing.pass(Duration.ofSeconds(15));
        completed.add(runner("b"));
        assertThat(completed.annotation()).isEqualTo("a:7:job,b:7:job");
        timing.pass(Duration.ofSeconds(6));
        assertThat(completed.annotation()).isEqualTo("b:7:job");
        timing.pass(Duration.ofSeconds(15));
        assertThat(completed.annotation()).isEmpty();
    }

    @Test
    void aRunnerThatIsAddedAgainKeepsOnlyItselfForLonger() {
        completed.add(runner("a"));
        completed.add(runner("b"));
        timing.pass(Duration.ofSeconds(15));
        completed.add(runner("a"));
        timing.pass(Duration.ofSeconds(6));
        assertThat(completed.annotation()).isEqualTo("a:7:job");
    }

    @Test
    void theOldestOfAThousandMakesRoom() {
        for (int i = 0; i < 1001; i++) {
            completed.add(runner("runner-" + i));
        }
        assertThat(completed.annotation().split(","))
                .hasSize(1000)
                .doesNotContain("runner-0:7:job")
                .contains("runner-1000:7:job");
    }
}
