package io.github.arc4j.controller.ephemeralrunner.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.runners.RunnerEnding;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What GitHub's answers about a running runner mean. */
class RegistrationRulesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final RunnerPolicy POLICY =
            RunnerPolicy.builder().onlineTimeout("2m").endGrace("20s").build();

    private static EphemeralRunner runner(String jobId) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setStatus(
                EphemeralRunnerStatus.builder().runnerId(7).jobId(jobId).build());
        return runner;
    }

    private static RegistrationFinding decide(
            EphemeralRunner runner, @Nullable RunnerStatus answer, boolean wasMissing, Instant now) {
        Optional<Runner> registered = Optional.ofNullable(answer).map(status -> new Runner(7, "runner", 1, status));
        return RegistrationRules.decide(runner, registered, wasMissing, START, POLICY, now);
    }

    @Test
    void aRunnerIsLostIfGitHubSaysTwiceThatItDoesNotKnowIt() {
        for (String job : new String[] {"", "job"}) {
            assertThat(decide(runner(job), null, false, START))
                    .isEqualTo(new RegistrationFinding.Missing(Duration.ofSeconds(20)));
            assertThat(decide(runner(job), null, true, START))
                    .isInstanceOfSatisfying(
                            RegistrationFinding.End.class,
                            end -> assertThat(end.verdict().ending()).isEqualTo(RunnerEnding.REGISTRATION_LOST));
        }
    }

    @Test
    void anIdleRunnerMustBeOnline() {
        assertThat(decide(runner(""), RunnerStatus.ONLINE, true, START))
                .isEqualTo(new RegistrationFinding.Fine(true, Duration.ofMinutes(2)));
        assertThat(decide(runner("job"), RunnerStatus.OFFLINE, false, START))
                .isEqualTo(new RegistrationFinding.Fine(false, Duration.ofMinutes(30)));
    }

    @Test
    void anIdleRunnerThatIsOfflineIsReportedFirst() {
        EphemeralRunner idle = runner("");
        Instant late = START.plus(Duration.ofHours(1));
        assertThat(decide(idle, RunnerStatus.OFFLINE, false, late))
                .isEqualTo(new RegistrationFinding.Offline(START, Duration.ofSeconds(30)));

        idle.setStatus(Statuses.offline(idle, START));
        assertThat(decide(idle, RunnerStatus.OFFLINE, false, START.plusSeconds(40)))
                .isEqualTo(new RegistrationFinding.Offline(START, Duration.ofSeconds(80)));
        assertThat(decide(idle, RunnerStatus.OFFLINE, false, START.plusSeconds(120)))
                .isInstanceOfSatisfying(
                        RegistrationFinding.End.class,
                        end -> assertThat(end.verdict().ending()).isEqualTo(RunnerEnding.RUNNER_OFFLINE));
    }
}
