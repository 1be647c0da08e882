package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A set whose runners GitHub refuses because of their version. */
class OutdatedRunnersTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** GitHub rejected the runner some time ago. Creation times are by the API server's clock, which no test changes. */
    private void isRejected(String runner, Duration ago) {
        fixture.runners.reportRunner(
                runner,
                status -> status.phase("Outdated")
                        .conditions(TestConditions.with(
                                List.of(),
                                Conditions.READY,
                                false,
                                "Outdated",
                                "",
                                1L,
                                Instant.parse(fixture.runners.now()).minus(ago))));
    }

    private String refusedSet() throws Exception {
        fixture.create(1, 1);
        String rejected = fixture.names().getFirst();
        isRejected(rejected, Duration.ZERO);
        fixture.pass();
        return rejected;
    }

    private String probe(String rejected) throws Exception {
        isRejected(rejected, OutdatedRunners.PROBE_PERIOD);
        fixture.pass();
        assertThat(fixture.names()).hasSize(2);
        return fixture.names().stream()
                .filter(name -> !name.equals(rejected))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anOutdatedRunnerStopsTheSetUntilItsTemplateIsRenewed() throws Exception {
        fixture.create(1, 3);
        List<String> names = fixture.names();
        isRejected(names.get(0), Duration.ofSeconds(-2));
        fixture.runsJob(names.get(1));
        fixture.pass();
        assertThat(fixture.status().phase()).isEqualTo("Outdated");
        assertThat(fixture.ready().getReason()).isEqualTo("RunnerOutdated");
        assertThat(Conditions.has(fixture.status().conditions(), "RunnerVersionAccepted", false, "RunnerOutdated"))
                .isTrue();
        assertThat(fixture.names()).containsExactlyInAnyOrder(names.get(0), names.get(1));
        fixture.request(2, 5);
        assertThat(fixture.names()).hasSize(2);
        fixture.renewTemplate();
        fixture.request(3, 5);
        fixture.replace();
        assertThat(fixture.status().phase()).isEqualTo("Running");
        assertThat(fixture.names()).hasSize(5).contains(names.get(1)).doesNotContain(names.get(0));
        assertThat(Conditions.isTrue(fixture.status().conditions(), "RunnerVersionAccepted"))
                .isTrue();
    }

    @Test
    void oneRunnerAtATimeTestsWhetherTheVersionIsAcceptedAgain() throws Exception {
        String rejected = refusedSet();
        assertThat(fixture.names()).containsExactly(rejected);
        String probe = probe(rejected);
        fixture.pass();
        fixture.request(2, 5);
        assertThat(fixture.names()).containsExactlyInAnyOrder(rejected, probe);
        assertThat(fixture.status().phase()).isEqualTo("Outdated");
    }

    @Test
    void theSetRecoversWhenTheProbeKeepsRunning() throws Exception {
        String rejected = refusedSet();
        String probe = probe(rejected);
        fixture.isReady(probe, OutdatedRunners.ACCEPTED_AFTER.minusSeconds(5));
        fixture.pass();
        assertThat(fixture.status().phase()).isEqualTo("Outdated");
        fixture.isReady(probe, OutdatedRunners.ACCEPTED_AFTER);
        fixture.pass();
        fixture.removalEnds();
        fixture.request(2, 3);
        assertThat(fixture.status().phase()).isEqualTo("Running");
        assertThat(fixture.names()).hasSize(3).contains(probe).doesNotContain(rejected);
        assertThat(Conditions.isTrue(fixture.status().conditions(), "RunnerVersionAccepted"))
                .isTrue();
        assertThat(fixture.ready().getStatus()).isEqualTo("True");
    }

    @Test
    void aProbeWithAJobIsAccepted() throws Exception {
        String probe = probe(refusedSet());
        fixture.runsJob(probe);
        fixture.pass();
        assertThat(fixture.status().phase()).isEqualTo("Running");
    }

    /** The job made the runner exit with the same code, and the listener reports the job late. */
    @Test
    void aRefusedRunnerThatHadAJobDoesNotStopTheSet() throws Exception {
        String rejected = refusedSet();
        assertThat(fixture.status().phase()).isEqualTo("Outdated");
        fixture.runners.reportRunner(rejected, status -> status.jobId("job"));
        isRejected(rejected, Duration.ofMinutes(2));
        fixture.replace();
        fixture.requestReporting(rejected, 2, 1);
        assertThat(fixture.names()).hasSize(1).doesNotContain(rejected);
        assertThat(fixture.status().phase()).isEqualTo("Running");
    }

    @Test
    void onlyTheLatestRefusedRunnerIsKept() throws Exception {
        String rejected = refusedSet();
        String probe = probe(rejected);
        isRejected(probe, Duration.ZERO);
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.names()).containsExactly(probe);
        assertThat(fixture.status().phase()).isEqualTo("Outdated");
    }

    @Test
    void aProbeThatCannotStartIsNotRepeatedAtOnce() throws Exception {
        String rejected = refusedSet();
        String probe = probe(rejected);
        fixture.runners.reportRunner(probe, status -> status.phase("Failed").reason("InvalidPod"));
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.names()).containsExactly(rejected);
        fixture.runners.pass(OutdatedRunners.PROBE_PERIOD);
        fixture.pass();
        assertThat(fixture.names()).hasSize(2);
    }

    @Test
    void noProbeExceedsTheDesiredNumber() throws Exception {
        fixture.create(1, 2);
        List<String> names = fixture.names();
        fixture.runsJob(names.get(1));
        isRejected(names.get(0), Duration.ofSeconds(-2));
        fixture.request(2, 1); // the listener counts the job that is still running
        fixture.runners.pass(OutdatedRunners.PROBE_PERIOD.plusMinutes(1));
        fixture.pass();
        assertThat(fixture.names()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void theSetRecoversWithinTenMinutesOfTheEndOfABrownout() throws Exception {
        fixture.create(1, 2);
        Instant end = now().plus(Duration.ofMinutes(30));
        while (!(now().isAfter(end) && fixture.status().phase().equals("Running"))) {
            for (EphemeralRunner runner : fixture.runners()) {
                play(runner.getMetadata().getName(), now().isBefore(end));
            }
            fixture.pass();
            fixture.runners.pass(Duration.ofSeconds(20));
            assertThat(now()).isBefore(end.plus(Duration.ofMinutes(10)));
        }
        assertThat(fixture.runners.github.workFolders)
                .as("registrations: two at first, three probes in the brownout, and the accepted one")
                .hasSizeBetween(5, 8);
        fixture.request(2, 5);
        assertThat(fixture.ready().getStatus()).isEqualTo("True");
        assertThat(fixture.names()).hasSize(5);
    }

    private Instant now() {
        return Instant.parse(fixture.runners.now());
    }

    /** Reconciles the runner, whose container starts at once; in the brownout, it ends after a few seconds. */
    private void play(String runner, boolean isBrownout) throws Exception {
        fixture.runners.reconcileRunner(runner);
        Pod pod = fixture.runners.pod(runner);
        if (pod != null && pod.getStatus().getContainerStatuses().isEmpty()) {
            fixture.runners.podStarts(runner);
        } else if (pod != null && isBrownout) {
            fixture.runners.podEnds(runner, 7);
        }
        if (fixture.runners.runner(runner) != null) {
            fixture.runners.reconcileRunner(runner);
        }
    }
}
