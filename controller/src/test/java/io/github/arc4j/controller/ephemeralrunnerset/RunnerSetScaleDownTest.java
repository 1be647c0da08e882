package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.controller.ReconcilerFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which runners a set removes when it has too many, and which it never removes. */
class RunnerSetScaleDownTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void runnersAreNeverRemovedWhileJobsMoveAbout() throws Exception {
        fixture.create(1, 3);
        fixture.request(2, 1);
        assertThat(fixture.names()).hasSize(3);
    }

    @Test
    void anIdleSetLosesItsSurplusFirstWhatFailedThenWhatWaitsThenWhatIsIdle() throws Exception {
        fixture.create(1, 4);
        List<String> names = fixture.names();
        fixture.runs(names.get(0));
        fixture.fails(names.get(1), "bad");
        fixture.runners.reportRunner(names.get(2), status -> status.phase("Pending"));
        fixture.runs(names.get(3));
        fixture.request(0, 3);
        assertThat(fixture.names()).containsExactlyInAnyOrder(names.get(0), names.get(2), names.get(3));
        fixture.request(0, 2);
        assertThat(fixture.names()).containsExactlyInAnyOrder(names.get(0), names.get(3));
        fixture.request(0, 1);
        assertThat(fixture.names()).hasSize(1);
    }

    @Test
    void theOldestIdleRunnerIsDeletedFirst() throws Exception {
        fixture.create(1, 1);
        String first = fixture.names().getFirst();
        fixture.runs(first);
        Instant created =
                Instant.parse(fixture.runners.runner(first).getMetadata().getCreationTimestamp());
        await().until(() -> Instant.now().isAfter(created.plusSeconds(1))); // its time stamps have whole seconds
        fixture.request(2, 2);
        fixture.names().stream().filter(name -> !name.equals(first)).forEach(fixture::runs);
        fixture.request(0, 1);
        assertThat(fixture.names()).hasSize(1).doesNotContain(first);
    }

    @Test
    void aRunnerWithAJobIsNeverRemoved() throws Exception {
        fixture.create(1, 2);
        fixture.names().forEach(fixture::runsJob);
        fixture.request(0, 0);
        assertThat(fixture.names()).hasSize(2);
    }

    @Test
    void aRunnerThatGitHubGaveAJobAMomentAgoIsNotRemoved() throws Exception {
        fixture.create(1, 2);
        List<String> names = fixture.names();
        names.forEach(fixture::runs);
        fixture.runners.github.busy.add(names.getFirst());
        fixture.request(0, 0);
        assertThat(fixture.names()).containsExactly(names.getFirst());
    }

    @Test
    void aRunnerWhosePodKnowsItsRegistrationAloneIsNotRemovedWithAJob() throws Exception {
        fixture.create(1, 2);
        String busy = fixture.names().getFirst();
        fixture.runners.reconcileRunner(busy);
        fixture.runners.github.busy.add(busy);
        assertThat(fixture.runners.status(busy).runnerId()).isZero();
        fixture.request(0, 0);
        assertThat(fixture.names()).containsExactly(busy);
    }

    /** A job can write any ID to the pod of a runner. */
    @Test
    void aRunnerWhosePodHasTheIdOfAnotherRunnerIsRemovedWithoutThatRunner() throws Exception {
        fixture.create(1, 1);
        String name = fixture.names().getFirst();
        fixture.runners.reconcileRunner(name);
        long victim = fixture.runners
                .github
                .register("victim", ReconcilerFixture.SCALE_SET_ID + 1)
                .id();
        fixture.runners
                .client
                .pods()
                .inNamespace(ReconcilerFixture.NAMESPACE)
                .withName(name)
                .edit(pod -> {
                    pod.getMetadata().setAnnotations(Map.of(Annotations.RUNNER_ID, Long.toString(victim)));
                    return pod;
                });
        fixture.request(0, 0);
        fixture.removalEnds();
        assertThat(fixture.names()).isEmpty();
        assertThat(fixture.runners.github.removals).doesNotContain(victim);
        assertThat(fixture.runners.github.registered).containsOnlyKeys("victim");
    }

    @Test
    void aRunnerOfThisProcessIsRemovedWithoutALookup() throws Exception {
        fixture.create(1, 1);
        fixture.runners.reconcileRunner(fixture.names().getFirst());
        fixture.request(0, 0);
        assertThat(fixture.runners.github.registered).isEmpty();
        assertThat(fixture.runners.github.lookups).isZero();
    }

    @Test
    void aRunnerWhoseJobIsOverIsNoSurplus() throws Exception {
        fixture.create(0, 1);
        List<String> idle = fixture.names();
        idle.forEach(fixture::runs);
        fixture.request(1, 2);
        String busy = fixture.names().stream()
                .filter(name -> !idle.contains(name))
                .findFirst()
                .orElseThrow();
        fixture.runsJob(busy);
        fixture.requestReporting(busy, 0, 1);
        assertThat(fixture.names()).hasSize(2);
        fixture.jobEnds(busy);
        assertThat(fixture.names()).isEqualTo(idle);
    }

    @Test
    void aRunnerThatRestartedAfterAJobThatItLostIsRemoved() throws Exception {
        fixture.create(1, 1);
        String name = fixture.names().getFirst();
        fixture.runs(name); // the runner's pod was lost before the listener could tell of the job
        fixture.requestReporting(name, 2, 0);
        fixture.request(0, 0);
        assertThat(fixture.names()).isEmpty();
    }

    @Test
    void aFailureOfGitHubIsReportedOnceHoweverItIsWorded() throws Exception {
        fixture.create(1, 2);
        fixture.names().forEach(fixture::runs);
        fixture.runners.github.failWith(new ConnectionException("request 1", ErrorDetails.NONE, null));
        fixture.request(0, 0);
        String version = fixture.set().getMetadata().getResourceVersion();
        assertThat(fixture.ready().getReason()).isEqualTo("GitHubUnreachable");
        fixture.runners.github.failWith(new ConnectionException("request 2", ErrorDetails.NONE, null));
        fixture.runners.pass(Duration.ofMinutes(1));
        fixture.pass();
        assertThat(fixture.set().getMetadata().getResourceVersion()).isEqualTo(version);
        assertThat(fixture.runners.events).containsExactly("Scaled", "GitHubUnreachable");
        fixture.runners.github.failWith(null);
        fixture.pass();
        assertThat(fixture.names()).isEmpty();
        assertThat(fixture.ready().getStatus()).isEqualTo("True");
    }

    /** Its process notices at once that it is not registered any more. */
    @Test
    void aRunnerThatEndsBecauseItIsRemovedHasNotFailed() throws Exception {
        String name = idleRunner();
        fixture.runners.github.whenRemoved = removed -> podFails(removed);

        fixture.request(0, 0);

        assertThat(fixture.names()).isEmpty();
        assertThat(fixture.runners.events).doesNotContain("PodFailed");
        fixture.removalEnds();
        fixture.runners.assertThatNothingIsLeftOf(name);
    }

    @Test
    void aRunnerThatEndsAndCannotBeRemovedHasFailed() throws Exception {
        String name = idleRunner();
        fixture.runners.github.failRemovalOf(name);
        fixture.request(0, 0);
        assertThat(fixture.names()).containsExactly(name);

        podFails(name);

        assertThat(fixture.runners.events).contains("PodFailed");
    }

    private String idleRunner() throws Exception {
        fixture.create(1, 1);
        String name = fixture.names().getFirst();
        fixture.runners.reconcileRunner(name);
        fixture.runners.podRuns(name);
        fixture.runners.pass(Duration.ofSeconds(5));
        fixture.runners.reconcileRunner(name);
        return name;
    }

    private void podFails(String name) {
        try {
            fixture.runners.podEnds(name, 1);
            fixture.runners.reconcileRunner(name);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
