package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A runner whose pod disappears or never ends, or that GitHub no longer knows. */
class RunnerLossTest {
    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void pass() throws Exception {
        fixture.reconcileRunner("a");
    }

    @Test
    void aDeletedPodWithoutAJobIsReplacedWithANewRegistration() throws Exception {
        fixture.createRunning("a");
        long registration = fixture.github.idOf("a");
        fixture.deletePod("a");
        pass();
        assertThat(fixture.pod("a")).isNotNull();
        assertThat(fixture.github.removals).containsExactly(registration);
        assertThat(fixture.status("a").failures()).isEmpty();
    }

    @Test
    void aDeletedPodWithAJobReplacesTheRunner() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.deletePod("a");
        pass();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isTrue();
        assertThat(fixture.events).containsExactly("PodLost");
        fixture.github.busy.clear();
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aDeletedPodWhoseJobGitHubStillAwaitsReplacesTheRunner() throws Exception {
        fixture.createRunning("a");
        fixture.github.busy.add("a"); // the listener has not told yet
        fixture.deletePod("a");
        pass();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isTrue();
        assertThat(fixture.events).containsExactly("JobLost");
    }

    @Test
    void aJobOfAPreviousPodThatIsReportedLateReplacesTheRunner() throws Exception {
        fixture.createRunning("a");
        long former = fixture.github.idOf("a");
        fixture.deletePod("a");
        pass();
        fixture.podRuns("a");
        fixture.reportRunner("a", status -> status.jobId("job").runnerId(former));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).containsExactly("JobLost");
    }

    @Test
    void aJobOfAPreviousPodIsNotAttributedToAConcurrentlyWrittenRegistration() throws Exception {
        fixture.createRunning("a");
        long former = fixture.github.idOf("a");
        fixture.deletePod("a");
        pass();
        fixture.podRuns("a");
        fixture.sync();
        fixture.reportRunner("a", status -> status.jobId("job").runnerId(former));
        assertThatThrownBy(() -> fixture.reconcileRunnerWithStaleCaches("a"))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).containsExactly("JobLost");
    }

    @Test
    void aJobOfTheNextPodIsNotLostWhileTheCacheHasThePreviousPod() throws Exception {
        fixture.createRunning("a");
        Pod former = fixture.pod("a");
        fixture.deletePod("a");
        createAgain(former);
        fixture.reportRunner("a", status -> status.jobId("job").runnerId(99));
        fixture.sync(EphemeralRunner.class);
        fixture.reconcileRunnerWithStaleCaches("a");
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        assertThat(fixture.github.removals).isEmpty();
    }

    @Test
    void aPodMissingOnlyFromTheCacheIsLeftAlone() throws Exception {
        fixture.createRunning("a");
        Pod pod = fixture.pod("a");
        fixture.deletePod("a");
        fixture.sync();
        createAgain(pod);
        assertThat(fixture.reconcileRunnerWithStaleCaches("a")).isEqualTo(Result.after(Duration.ofSeconds(5)));
        assertThat(fixture.github.removals).isEmpty();
    }

    private void createAgain(Pod pod) {
        fixture.client
                .resource(new PodBuilder(pod)
                        .editMetadata()
                        .withResourceVersion(null)
                        .withUid(null)
                        .endMetadata()
                        .build())
                .create();
    }

    @Test
    void aTerminatingPodIsAwaitedUnlessItsNodeIsLost() throws Exception {
        fixture.createRunning("a");
        fixture.holdPod("a");
        fixture.deletePod("a");
        Result rest = fixture.reconcileRunner("a");
        assertThat(rest).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        fixture.pass(Duration.ofMinutes(2));
        pass();
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.events).containsExactly("PodStuckTerminating");
        assertThat(fixture.github.registered).isEmpty();
    }

    @Test
    void aFailedPodThatIsNotDeletedIsAwaitedForAMinuteBeyondItsGracePeriod() throws Exception {
        fixture.createRunning("a");
        fixture.holdPod("a");
        fixture.podEnds("a", 3);
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.status("a").failures()).hasSize(1);
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        fixture.pass(Duration.ofMinutes(2));
        pass();
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.events).containsExactly("PodFailed", "PodStuckTerminating");
        assertThat(fixture.github.registered).isEmpty();
    }

    @Test
    void anIdleRunnerUnknownToGitHubIsReplacedAfterConfirmation() throws Exception {
        fixture.createRunning("a");
        fixture.github.registered.clear();
        pass();
        fixture.pass(Duration.ofMinutes(10));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofMinutes(1)));
        fixture.pass(Duration.ofMinutes(1));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).containsExactly("RegistrationLost");
    }

    @Test
    void anIdleRunnerIsKeptWhileGitHubKnowsItOrIsUnreachable() throws Exception {
        fixture.createRunning("a");
        fixture.pass(Duration.ofMinutes(10));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofMinutes(10)));
        fixture.pass(Duration.ofMinutes(10));
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
        for (int i = 0; i < 3; i++) {
            assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofMinutes(1)));
            fixture.pass(Duration.ofMinutes(1));
        }
        assertThat(fixture.status("a").phase()).isEqualTo("Running");
        assertThat(fixture.events).isEmpty();
    }
}
