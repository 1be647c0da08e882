package io.github.arc4j.controller.runners;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletedRunnerTest {
    private static final CompletedRunner COMPLETED = new CompletedRunner("set-abc-runner-x", 7, "0b1c-22");

    @Test
    void theAnnotationContainsEveryRunner() {
        assertThat(CompletedRunner.parse("set-abc-runner-x:7:0b1c-22,b:0:"))
                .containsExactly(COMPLETED, new CompletedRunner("b", 0, ""));
        assertThat(CompletedRunner.parse("")).isEmpty();
    }

    @Test
    void namesAloneAreUnderstood() {
        assertThat(CompletedRunner.parse("a,b"))
                .containsExactly(new CompletedRunner("a", 0, ""), new CompletedRunner("b", 0, ""));
    }

    @Test
    void anyTextCanBeParsed() {
        assertThat(CompletedRunner.parse(",:x:,a:9999999999999999999:j b,::"))
                .containsExactly(
                        new CompletedRunner("", 0, ""),
                        new CompletedRunner("", 0, ""),
                        new CompletedRunner("a", 0, "j b"),
                        new CompletedRunner("", 0, ""));
    }

    /** Whoever can edit the set could have the controller reconcile as many names. */
    @Test
    void theFirstThousandAreRead() {
        assertThat(CompletedRunner.parse("a,b:1:c,".repeat(30_000)))
                .hasSize(1000)
                .containsOnly(new CompletedRunner("a", 0, ""), new CompletedRunner("b", 1, "c"));
    }

    /** A report with a name only is one of the Go listener's or an older version's. */
    @ParameterizedTest
    @CsvSource({
        "set-abc-runner-x:7:0b1c-22, 7, 0b1c-22, true, the same job",
        "set-abc-runner-x:7:0b1c-22, 0, 0b1c-22, true, the registration is not on record",
        "set-abc-runner-x:7:0b1c-22, 7, '', true, the job is not on record",
        "set-abc-runner-x:7:0b1c-22, 0, '', true, nothing is on record",
        "set-abc-runner-x:7:0b1c-22, 8, 0b1c-22, false, another registration",
        "set-abc-runner-x:7:0b1c-22, 8, '', false, an earlier registration of an idle runner",
        "set-abc-runner-x:7:0b1c-22, 7, other, false, another job",
        "set-abc-runner-x:0:0b1c-22, 8, other, false, another job whatever the registration",
        "set-abc-runner-x:7:, 7, any, true, the job is not reported",
        "set-abc-runner-x:7:, 8, any, false, another registration whatever the job",
        "set-abc-runner-x, 7, any, true, only the name is reported",
        "set-abc-runner-x, 0, '', true, only the name is known",
        "set-abc-runner-y:7:0b1c-22, 7, 0b1c-22, false, another runner",
        "set-abc-runner-y, 0, '', false, another name"
    })
    void whatBothSidesKnowMustBeEqual(String report, long runnerId, String jobId, boolean matches, String why) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setName(COMPLETED.name());
        runner.setStatus(
                EphemeralRunnerStatus.builder().runnerId(runnerId).jobId(jobId).build());
        assertThat(CompletedRunner.parse(report).getFirst().matches(runner))
                .as(why)
                .isEqualTo(matches);
    }
}
