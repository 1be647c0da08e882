package io.github.arc4j.listener.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.listener.scaling.Scaler.Decision;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When to patch the runner set. */
class PatchPlanTest {
    private static final int MAX = 4;

    private final PatchPlan plan = new PatchPlan(new Scaler(0, MAX), 0);

    private static Statistics jobs(int assigned, int running) {
        return new Statistics(0, 0, assigned, running, 0, 0, 0);
    }

    private void inCluster(Decision decision) {
        plan.sending();
        plan.confirmed(decision, 0);
    }

    private Decision message(Statistics statistics, int started, int completed) {
        plan.received(statistics, started, completed, false, 0);
        return plan.current();
    }

    private static long seconds(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void newJobsNeedRunners() {
        inCluster(plan.current());
        message(jobs(2, 0), 0, 0);
        assertThat(plan.jobsNeedRunners()).isTrue();
    }

    @Test
    void startedAndCompletedJobsCanWait() {
        inCluster(message(jobs(2, 0), 0, 0));
        message(jobs(1, 1), 1, 1);
        assertThat(plan.jobsNeedRunners()).isFalse();
        assertThat(plan.isInCluster()).isFalse();
    }

    @Test
    void aJobThatCameWithTheCompletionOfAnotherNeedsARunner() {
        inCluster(message(jobs(2, 2), 0, 0));
        message(jobs(2, 1), 0, 1);
        assertThat(plan.jobsNeedRunners()).isTrue();
    }

    @Test
    void aJobThatTheMaximumKeptWaitingNeedsTheRunnerOfACompletedOne() {
        inCluster(message(jobs(MAX + 1, MAX), 0, 0));
        message(jobs(MAX, MAX - 1), 0, 1);
        assertThat(plan.jobsNeedRunners()).isTrue();
    }

    @Test
    void jobsNeedRunnersUntilAPatchSucceeds() {
        inCluster(plan.current());
        message(jobs(1, 0), 0, 0);
        plan.sending();
        Decision next = message(jobs(1, 0), 0, 0);
        assertThat(plan.jobsNeedRunners()).isTrue();
        inCluster(next);
        assertThat(plan.jobsNeedRunners()).isFalse();
    }

    @Test
    void aPatchMayBeDeferredUnlessTheCallerForbidsIt() {
        inCluster(message(jobs(2, 0), 0, 0));
        plan.received(jobs(2, 1), 1, 0, true, 0);
        assertThat(plan.jobsNeedRunners()).isTrue();
    }

    @Test
    void anUnconfirmedOrDeferredPatchIsNotInTheCluster() {
        Decision decision = plan.current();
        inCluster(decision);
        assertThat(plan.isInCluster()).isTrue();
        plan.defer();
        assertThat(plan.isInCluster()).isFalse();
        inCluster(decision);
        plan.sending();
        assertThat(plan.isInCluster()).isFalse();
    }

    @Test
    void whileJobsWaitARunnerMayBeMissingForTenSecondsAfterACompletion() {
        inCluster(message(jobs(2, 2), 0, 0));
        assertThat(plan.needsFollowUp(0)).isFalse();
        inCluster(message(jobs(2, 1), 0, 1));
        assertThat(plan.needsFollowUp(seconds(9))).isTrue();
        assertThat(plan.needsFollowUp(seconds(10))).isFalse();
    }

    @Test
    void surplusRunnersMayRemainAfterTheLastJob() {
        inCluster(plan.current());
        inCluster(message(jobs(1, 0), 0, 0));
        Decision last = message(jobs(0, 0), 0, 1);
        plan.defer();
        assertThat(plan.needsFollowUp(0)).isFalse();
        inCluster(last);
        assertThat(plan.needsFollowUp(seconds(60))).isTrue();
    }
}
