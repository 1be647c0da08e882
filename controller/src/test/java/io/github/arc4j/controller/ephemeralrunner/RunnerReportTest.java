package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A running runner is reported by its listener together with the job, or by the controller if there is no job. */
class RunnerReportTest {
    private ReconcilerFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new ReconcilerFixture();
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private EphemeralRunnerStatus status() {
        return fixture.status("a");
    }

    /** Patches the status as the listener does. */
    private void listenerReports() {
        fixture.reportRunner(
                "a",
                status -> status.phase(Phase.RUNNING)
                        .ready(true)
                        .runnerId(fixture.github.idOf("a"))
                        .runnerName("a")
                        .jobId("job")
                        .conditions(TestConditions.with(
                                List.of(),
                                "Ready",
                                true,
                                "RunnerRunning",
                                "the runner is running",
                                null,
                                Instant.parse("2026-01-01T00:00:05Z"))));
    }

    @Test
    void aStartedRunnerIsLeftToTheListenerAtFirst() throws Exception {
        fixture.podStarts("a");
        Result result = fixture.reconcileRunner("a");
        assertThat(status().phase()).isEmpty();
        assertThat(result).isEqualTo(Result.after(Duration.ofSeconds(3)));
    }

    @Test
    void theListenersReportIsNotRepeated() throws Exception {
        fixture.podStarts("a");
        fixture.reconcileRunner("a");
        listenerReports();
        EphemeralRunner reported = fixture.runner("a");
        fixture.reconcileRunner("a");
        fixture.pass(Duration.ofMinutes(1));
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isEqualTo(reported);
    }

    @Test
    void aRunnerWithoutAJobIsReportedByTheController() throws Exception {
        fixture.podStarts("a");
        fixture.reconcileRunner("a");
        fixture.pass(Duration.ofSeconds(4));
        fixture.reconcileRunner("a");
        assertThat(status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(status().ready()).isTrue();
        assertThat(status().runnerId()).isEqualTo(fixture.github.idOf("a"));
        assertThat(Conditions.has(status().conditions(), "Ready", true, "RunnerRunning"))
                .isTrue();
    }

    @Test
    void aBusyApiServerGivesTheListenerMoreTime() throws Exception {
        fixture.setApiServerBusy(true);
        fixture.podStarts("a");
        fixture.pass(Duration.ofSeconds(9));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofSeconds(10)));
        fixture.pass(Duration.ofSeconds(10));
        fixture.reconcileRunner("a");
        assertThat(status().phase()).isEmpty();
        fixture.pass(Duration.ofSeconds(2));
        fixture.reconcileRunner("a");
        assertThat(status().phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aRunnerIsReportedAsSoonAsTheApiServerIsIdle() throws Exception {
        fixture.setApiServerBusy(true);
        fixture.podStarts("a");
        fixture.pass(Duration.ofSeconds(5));
        fixture.reconcileRunner("a");
        fixture.setApiServerBusy(false);
        fixture.reconcileRunner("a");
        assertThat(status().phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aReportWithoutAPhaseIsCompletedImmediately() throws Exception {
        fixture.podStarts("a");
        fixture.jobStarts("a");
        fixture.reconcileRunner("a");
        assertThat(status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(status().runnerId()).isEqualTo(fixture.github.idOf("a"));
    }

    @Test
    void aWrongNodeClockCausesNoDelay() throws Exception {
        fixture.podStarts("a");
        fixture.pass(Duration.ofHours(-1));
        fixture.reconcileRunner("a");
        assertThat(status().phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aRunnerThatStartsAfterAProblemIsReported() throws Exception {
        fixture.reportRunner("a", status -> status.phase(Phase.PENDING).reason("ImagePullFailed"));
        fixture.podStarts("a");
        fixture.reconcileRunner("a");
        assertThat(status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(status().reason()).isEmpty();
    }

    @Test
    void anUnreadyPodIsReportedAfterTheListenerReportedItAsReady() throws Exception {
        fixture.podRuns("a");
        listenerReports();
        fixture.reconcileRunner("a");
        assertThat(status().ready()).isFalse();
        assertThat(Conditions.has(status().conditions(), "Ready", false, "PodNotReady"))
                .isTrue();
    }
}
