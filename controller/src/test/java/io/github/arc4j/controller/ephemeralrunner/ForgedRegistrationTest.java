package io.github.arc4j.controller.ephemeralrunner;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.ReconcilerFixture.SCALE_SET_ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.FailedRunnerRetention;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A job writes the ID of another team's runner to the pod or the Secret of a runner. However the controller deals with
 * that runner afterwards, it removes nothing but the runner's own registration.
 */
class ForgedRegistrationTest {
    private final ReconcilerFixture fixture = new ReconcilerFixture();
    /** A runner of another team, in a scale set that the credentials can access. */
    private final long victim =
            fixture.github.register("victim", SCALE_SET_ID + 1).id();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void forgePod() {
        annotatePod(Map.of(Annotations.RUNNER_ID, Long.toString(victim)));
    }

    private void annotatePod(Map<String, String> annotations) {
        fixture.client.pods().inNamespace(NAMESPACE).withName("a").edit(pod -> {
            pod.getMetadata().setAnnotations(annotations);
            return pod;
        });
    }

    private void forgeSecret() {
        String encoded =
                Base64.getEncoder().encodeToString(Long.toString(victim).getBytes(StandardCharsets.UTF_8));
        fixture.client.secrets().inNamespace(NAMESPACE).withName("a").edit(secret -> {
            secret.getData().put(RunnerRegistration.RUNNER_ID, encoded);
            return secret;
        });
    }

    private void createRunningWithForgedPod() throws Exception {
        fixture.createRunning("a");
        forgePod();
    }

    /** A runner that waits for quota. */
    private void createWithForgedSecretBeforeItsPod() throws Exception {
        try (var quota = fixture.kube.faults().inject(Fault.exceededQuota("pods"))) {
            fixture.createRunner("a");
            fixture.reconcileRunner("a");
            assertThat(quota.strikes()).isEqualTo(1);
        }
        forgeSecret();
    }

    private void assertThatOnlyTheVictimIsRegistered() {
        assertThat(fixture.github.registered).containsOnlyKeys("victim");
        assertThatTheVictimIsUntouched();
    }

    private void assertThatTheVictimIsUntouched() {
        assertThat(fixture.github.removals).doesNotContain(victim);
        assertThat(fixture.github.idOf("victim")).isEqualTo(victim);
    }

    @Test
    void theDeletionOfARunnerRemovesItsOwnRegistration() throws Exception {
        createRunningWithForgedPod();
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThatOnlyTheVictimIsRegistered();
    }

    @Test
    void theTerminationOfAPodRemovesNoOtherRunner() throws Exception {
        createRunningWithForgedPod();
        fixture.holdPod("a");
        fixture.deletePod("a");
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.RequeueAfter.class);
        assertThatTheVictimIsUntouched();
        int lookups = fixture.github.lookups;
        fixture.reconcileRunner("a");
        assertThat(fixture.github.lookups).as("asked once per pod").isEqualTo(lookups);
    }

    @Test
    void theEndOfAJobRemovesNoOtherRunner() throws Exception {
        createRunningWithForgedPod();
        fixture.jobStarts("a");
        fixture.podEnds("a", 0);
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThatTheVictimIsUntouched();
    }

    @Test
    void theFailureOfAJobRemovesNoOtherRunner() throws Exception {
        createRunningWithForgedPod();
        fixture.jobStarts("a");
        fixture.github.busy.clear();
        fixture.podEnds("a", 1);
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThatOnlyTheVictimIsRegistered();
    }

    @Test
    void aFailedRunnerThatIsKeptRemovesNoOtherRunner() throws Exception {
        fixture.createSetWithPolicy(
                "set",
                RunnerPolicy.builder()
                        .retainFailed(new FailedRunnerRetention("10m", 5))
                        .build());
        createRunningWithForgedPod();
        fixture.adopt("set", "a");
        fixture.podEnds("a", 1);
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").done()).isTrue();
        assertThatOnlyTheVictimIsRegistered();
    }

    @Test
    void anOutdatedRunnerRemovesNoOtherRunner() throws Exception {
        createRunningWithForgedPod();
        fixture.podEnds("a", 7);
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").phase()).isEqualTo("Outdated");
        assertThatTheVictimIsUntouched();
    }

    @Test
    void anotherPodReplacesTheRunnersOwnRegistration() throws Exception {
        createRunningWithForgedPod();
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").runnerId()).isEqualTo(victim);
        long own = fixture.github.idOf("a");
        fixture.deletePod("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).containsExactly(own);
        assertThat(RunnerPod.runnerId(fixture.pod("a"))).isEqualTo(fixture.github.idOf("a"));
        assertThatTheVictimIsUntouched();
    }

    /** The status of a runner whose pod has no annotation, as those of the Go controller, is filled from the Secret. */
    @Test
    void theIdInASecretRemovesNoOtherRunner() throws Exception {
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        annotatePod(Map.of());
        forgeSecret();
        fixture.pass(Duration.ofMinutes(1));
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").runnerId()).isEqualTo(victim);
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThatOnlyTheVictimIsRegistered();
    }

    @Test
    void aPodUsesNoSecretWithTheIdOfAnotherRunner() throws Exception {
        createWithForgedSecretBeforeItsPod();
        long first = fixture.github.idOf("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).containsExactly(first);
        assertThat(RunnerPod.runnerId(fixture.pod("a"))).isEqualTo(fixture.github.idOf("a"));
        assertThatTheVictimIsUntouched();
    }

    @Test
    void anInvalidPodWithTheIdOfASecretRemovesNoOtherRunner() throws Exception {
        createWithForgedSecretBeforeItsPod();
        fixture.kube.faults().inject(Fault.on("create", "pods").answer(422, "Invalid", "bad volume"));
        fixture.reconcileRunner("a");
        assertThat(fixture.status("a").reason()).isEqualTo("InvalidPod");
        assertThatTheVictimIsUntouched();
    }

    @Test
    void aPodOfAnotherRegistrationThanTheSecretRemovesNoOtherRunner() throws Exception {
        createWithForgedSecretBeforeItsPod();
        fixture.sync();
        fixture.client
                .resource(RunnerPod.desired(fixture.runner("a"), 1, ReconcilerFixture.VERSION, RunnerPolicy.DEFAULT))
                .create();
        fixture.reconcileRunnerWithStaleCaches("a");
        assertThat(fixture.pod("a")).isNull();
        assertThatTheVictimIsUntouched();
    }

    @Test
    void aRunnerOfTheSameNameInAnotherScaleSetIsNotRemoved() throws Exception {
        fixture.createRunning("a");
        fixture.restart();
        fixture.github.register("a", SCALE_SET_ID + 1, fixture.github.idOf("a"));
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.github.removals).isEmpty();
    }

    @Test
    void anotherRunnerOfTheSameScaleSetIsNotRemoved() throws Exception {
        fixture.createRunning("a");
        long other = fixture.github.register("b", SCALE_SET_ID).id();
        annotatePod(Map.of(Annotations.RUNNER_ID, Long.toString(other)));
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.github.registered).containsOnlyKeys("b", "victim");
    }

    @Test
    void aRunnerThatThisProcessRegisteredIsRemovedWithoutALookup() throws Exception {
        fixture.createRunning("a");
        int lookups = fixture.github.lookups;
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThatOnlyTheVictimIsRegistered();
        assertThat(fixture.github.lookups).isEqualTo(lookups);
    }

    @Test
    void aRunnerOfAnEarlierProcessIsRemovedAfterOneLookup() throws Exception {
        fixture.createRunning("a");
        long own = fixture.github.idOf("a");
        fixture.restart();
        fixture.deleteRunner("a");
        int lookups = fixture.github.lookups;
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).containsExactly(own);
        assertThat(fixture.github.lookups).isEqualTo(lookups + 1);
        assertThatOnlyTheVictimIsRegistered();
    }

    @Test
    void aRunnerOfAnEarlierProcessThatGitHubDoesNotKnowCountsAsRemoved() throws Exception {
        fixture.createRunning("a");
        fixture.restart();
        fixture.github.registered.remove("a");
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.github.removals).isEmpty();
    }

    @Test
    void aFailedLookupIsRepeatedLikeAFailedRemoval() throws Exception {
        fixture.createRunning("a");
        fixture.restart();
        fixture.deleteRunner("a");
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.Retry.class);
        assertThat(fixture.runner("a")).isNotNull();
        assertThat(Conditions.find(fixture.status("a").conditions(), Conditions.READY))
                .hasValueSatisfying(ready -> assertThat(ready.getReason()).isEqualTo("GitHubUnreachable"));
        fixture.github.failWith(null);
        fixture.reconcileRunner("a");
        assertThatOnlyTheVictimIsRegistered();
    }
}
