package io.github.arc4j.controller.runners;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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

    @Test
    void runnerAndJobMustBothMatchAsFarAsTheyAreKnown() {
        assertThat(COMPLETED.matches(7, "0b1c-22")).isTrue();
        assertThat(COMPLETED.matches(0, "0b1c-22")).isTrue();
        assertThat(COMPLETED.matches(8, "0b1c-22")).as("another registration").isFalse();
        assertThat(COMPLETED.matches(7, "other")).as("another job").isFalse();
        assertThat(new CompletedRunner("a", 0, "").matches(7, "any")).isTrue();
    }
}
