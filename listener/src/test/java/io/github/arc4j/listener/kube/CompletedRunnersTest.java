package io.github.arc4j.listener.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.listener.FakeTiming;
import io.github.arc4j.listener.Jobs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CompletedRunnersTest {
    private final FakeTiming timing = new FakeTiming();
    private final CompletedRunners completed = new CompletedRunners(timing);

    private static JobCompleted runner(String name) {
        return Jobs.completed(7, name);
    }

    @Test
    void runnersAreReportedForTwentySeconds() {
        completed.add(runner("a"));
        timing.pass(Duration.ofSeconds(15));
        completed.add(runner("b"));
        assertThat(completed.annotation()).isEqualTo("a:7:job-id-7,b:7:job-id-7");
        timing.pass(Duration.ofSeconds(6));
        assertThat(completed.annotation()).isEqualTo("b:7:job-id-7");
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
        assertThat(completed.annotation()).isEqualTo("a:7:job-id-7");
    }

    @Test
    void theOldestOfAThousandMakesRoom() {
        for (int i = 0; i < 1001; i++) {
            completed.add(runner("runner-" + i));
        }
        assertThat(completed.annotation().split(","))
                .hasSize(1000)
                .doesNotContain("runner-0:7:job-id-7")
                .contains("runner-1000:7:job-id-7");
    }

    /** Kubernetes would refuse each further patch. */
    @Test
    void theLatestOfThoseWithLongNamesFitIntoAnAnnotation() {
        for (int i = 0; i < 1000; i++) {
            completed.add(runner("x".repeat(240) + i));
        }
        assertThat(completed.annotation())
                .hasSizeBetween(120 * 1024, 128 * 1024)
                .endsWith("x999:7:job-id-7");
    }

    @Test
    void aJobIdWithSeparatorsIsLeftOut() {
        JobCompleted job = Jobs.completed(7, "a");
        completed.add(new JobCompleted(Jobs.withId(job.job(), "x,b:2:y"), job.result(), 7, "a"));
        assertThat(completed.annotation()).isEqualTo("a:7:");
    }
}
