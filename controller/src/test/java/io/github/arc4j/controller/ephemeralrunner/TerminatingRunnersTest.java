package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runners whose pods get SIGTERM, e.g. because their node is drained. */
class TerminatingRunnersTest {
    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** A running runner whose pod is being terminated. */
    private void createTerminating(String name) throws Exception {
        fixture.createRunning(name);
        fixture.holdPod(name);
        fixture.deletePod(name);
    }

    private void podIsGone(String name) {
        fixture.client
                .pods()
                .inNamespace(ReconcilerFixture.NAMESPACE)
                .withName(name)
                .edit(pod -> {
                    pod.getMetadata().getFinalizers().clear();
                    return pod;
                });
    }

    @Test
    void anIdleRunnerIsRemovedFromGitHubAtOnceAndGetsAnotherPod() throws Exception {
        createTerminating("a");
        long registration = fixture.github.idOf("a");
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.github.registered).isEmpty();
        fixture.podEnds("a", 1); // as the process of a removed runner does
        fixture.reconcileRunner("a");
        podIsGone("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.github.idOf("a")).isNotEqualTo(registration);
        assertThat(fixture.pod("a").getMetadata().getDeletionTimestamp()).isNull();
        assertThat(fixture.status("a").failures()).isEmpty();
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void aRunnerThatGotAJobAMomentBeforeKeepsTheGracePeriodOfItsPod() throws Exception {
        createTerminating("a");
        fixture.github.busy.add("a"); // the listener has not reported the job yet
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.github.registered).containsKey("a");
        fixture.reportRunner("a", status -> status.jobId("job"));
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).hasSize(1);
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        fixture.github.busy.clear();
        fixture.podEnds("a", 0);
        fixture.reconcileRunner("a");
        podIsGone("a");
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void gitHubIsNotAskedAboutARunnerWithAJobOnRecord() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.holdPod("a");
        fixture.deletePod("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).isEmpty();
    }

    @Test
    void gitHubIsAskedOncePerPod() throws Exception {
        createTerminating("a");
        fixture.reconcileRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).hasSize(1);
        podIsGone("a");
        fixture.reconcileRunner("a");
        fixture.podRuns("a");
        fixture.holdPod("a");
        fixture.deletePod("a");
        long removals = fixture.github.removals.size();
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).hasSize((int) removals + 1);
        assertThat(fixture.github.registered).isEmpty();
    }

    @Test
    void aFailedOrUnansweredRequestIsRepeated() throws Exception {
        createTerminating("a");
        fixture.github.failRemovalOf("a");
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.Retry.class);
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.Retry.class);
        fixture.github.failWith(null);
        fixture.reconcileRunner("a");
        assertThat(fixture.github.registered).isEmpty();
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void anUnreachableGitHubDoesNotHideAPodThatDoesNotEnd() throws Exception {
        createTerminating("a");
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
        fixture.reconcileRunner("a");
        fixture.pass(Duration.ofMinutes(2));
        fixture.reconcileRunner("a");
        assertThat(fixture.events).containsExactly("PodStuckTerminating");
    }
}
