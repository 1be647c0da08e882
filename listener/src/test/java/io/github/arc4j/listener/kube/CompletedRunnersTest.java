package io.github.arc4j.listener.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.listener.FakeTiming;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CompletedRunnersTest {
    private final FakeTiming timing = new FakeTiming();
    private final CompletedRunners completed = new CompletedRunners(timing);

    @Test
    void namesAreToldForTwentySeconds() {
        completed.add("a");
        timing.pass(Duration.ofSeconds(15));
        completed.add("b");
        assertThat(completed.names()).isEqualTo("a,b");
        timing.pass(Duration.ofSeconds(6));
        assertThat(completed.names()).isEqualTo("b");
        timing.pass(Duration.ofSeconds(15));
        assertThat(completed.names()).isEmpty();
    }

    @Test
    void aNameThatIsAddedAgainKeepsOnlyItselfForLonger() {
        completed.add("a");
        completed.add("b");
        timing.pass(Duration.ofSeconds(15));
        completed.add("a");
        timing.pass(Duration.ofSeconds(6));
        assertThat(completed.names()).isEqualTo("a");
    }

    @Test
    void theOldestOfAThousandMakesRoom() {
        for (int i = 0; i < 1001; i++) {
            completed.add("runner-" + i);
        }
        assertThat(completed.names().split(","))
                .hasSize(1000)
                .doesNotContain("runner-0")
                .contains("runner-1000");
    }
}
