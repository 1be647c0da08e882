package io.github.arc4j.controller.ephemeralrunner;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static io.github.arc4j.controller.ReconcilerFixture.SCALE_SET_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The removal of a runner in any state. */
class RunnerRemovalTest {
    private ReconcilerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ReconcilerFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private List<String> secrets() {
        return fixture.client.secrets().inNamespace(NAMESPACE).list().getItems().stream()
                .map(secret -> secret.getMetadata().getName())
                .toList();
    }

    private Duration delayUntilRetry() throws Exception {
        return ((Result.RequeueAfter) fixture.reconcileRunner("a")).delay();
    }

    @Test
    void anIdleRunnerIsDeregisteredBeforeItsPodIsDeleted() throws Exception {
        fixture.createRunning("a");
        AtomicReference<Boolean> registeredThen = new AtomicReference<>();
        fixture.kube
                .faults()
                .inject(Fault.on("delete", "pods")
                        .meanwhile(request -> registeredThen.set(fixture.github.registered.containsKey("a"))));
        fixture.deleteRunner("a");
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.done());
        assertThat(registeredThen.get()).isFalse();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aRunnerWithAJobIsLeftAloneUntilTheJobEnds() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.deleteRunner("a");
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofSeconds(30)));
        assertThat(fixture.pod("a").isMarkedForDeletion()).isFalse();
        assertThat(secrets()).containsExactly("a");
        fixture.github.busy.clear();
        fixture.podEnds("a", 0);
        fixture.reconcileRunner("a");
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aSuccessfulRunnerIsDeletedEvenIfGitHubStillReportsItsJobAsRunning() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.podEnds("a", 0);
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.done());
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.github.removals).isNotEmpty();
    }

    @Test
    void theJobOfARunnerIsObservedEvenIfTheCacheLearnsOfItAfterThePodHasEnded() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.podEnds("a", 0);
        fixture.github.busy.clear();
        fixture.sync(Pod.class);
        fixture.reconcileRunnerWithStaleCaches("a");
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.observed).last().matches(EphemeralRunner::hasJob, "has a job");
    }

    @Test
    void aSuccessfulRunnerIsDeletedEvenIfGitHubIsDown() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.podEnds("a", 0);
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.done());
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.pod("a")).isNull();
        assertThat(secrets()).isEmpty();
    }

    @Test
    void aFailedPodIsDeletedImmediatelyEvenIfGitHubStillReportsItsJobAsRunning() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.podEnds("a", 1);
        assertThat(delayUntilRetry()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
        assertThat(fixture.pod("a")).isNull();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isTrue();
        fixture.github.busy.clear();
        fixture.reconcileRunner("a");
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aRunnerUnknownToGitHubIsDeleted() throws Exception {
        fixture.createRunning("a");
        fixture.github.registered.clear();
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void anUnregisteredRunnerIsNotDeregistered() throws Exception {
        fixture.kube.faults().inject(Fault.on("create", "pods").answer(500));
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        fixture.github.failWith(null);
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.github.removals).isEmpty();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void anUnrecordedRegistrationIsFoundByItsName() throws Exception {
        fixture.createRunner("a");
        fixture.client
                .resources(io.github.arc4j.api.v1alpha1.EphemeralRunner.class)
                .inNamespace(NAMESPACE)
                .withName("a")
                .edit(runner -> {
                    runner.getMetadata().setFinalizers(Finalizers.OF_EPHEMERAL_RUNNER);
                    return runner;
                });
        fixture.github.register("a", SCALE_SET_ID);
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aRunnerOfAnotherScaleSetWithTheSameNameIsKept() throws Exception {
        fixture.github.register("a", SCALE_SET_ID + 1);
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.github.registered).containsOnlyKeys("a");
    }

    @Test
    void aSingleFinalizerIsEnoughForACompleteRemoval() throws Exception {
        for (String finalizer : Finalizers.OF_EPHEMERAL_RUNNER) {
            fixture.createRunning("a");
            fixture.client
                    .resources(io.github.arc4j.api.v1alpha1.EphemeralRunner.class)
                    .inNamespace(NAMESPACE)
                    .withName("a")
                    .edit(runner -> {
                        runner.getMetadata().setFinalizers(List.of(finalizer));
                        return runner;
                    });
            fixture.deleteRunner("a");
            fixture.reconcileRunner("a");
            assertThat(fixture.runner("a")).isNull();
            assertThat(fixture.pod("a")).isNull();
            assertThat(secrets()).isEmpty();
            fixture.github.registered.clear();
        }
    }

    @Test
    void objectsOfContainerHooksAreDeletedWithTheRunner() throws Exception {
        createWithHooks("a");
        hookObjects("a");
        hookObjects("b");
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThat(secrets()).containsExactly("hook-of-b");
        assertThat(fixture.pod("hook-of-a")).isNull();
        assertThat(fixture.pod("hook-of-b")).isNotNull();
    }

    /** Together they could be more than the controller's memory, since whoever creates them sets their number and size. */
    @Test
    void manyObjectsOfContainerHooksAreReadPageByPage() throws Exception {
        createWithHooks("a");
        hookSecrets(12);
        fixture.deleteRunner("a");
        fixture.kube.requests().reset();
        fixture.reconcileRunner("a");
        assertThat(secretRequests("list")).isEqualTo(3);
        assertThat(secrets()).isEmpty();
    }

    @Test
    void aRunnerHasAMaximumNumberOfObjectsOfContainerHooks() throws Exception {
        createWithHooks("a");
        hookSecrets(60);
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThat(secrets()).hasSize(10);
    }

    /** Otherwise a tenant could have the controller send any number of requests, forever. */
    @Test
    void objectsOfContainerHooksAreDeletedOnceWhileGitHubKeepsTheRunner() throws Exception {
        createWithHooks("a");
        hookSecrets(2);
        fixture.github.busy.add("a");
        fixture.podEnds("a", 1);
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertThat(secrets()).isEmpty();
        fixture.kube.requests().reset();
        fixture.pass(Duration.ofMinutes(1));
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNotNull();
        assertThat(secretRequests("list")).isZero();
    }

    @Test
    void objectsOfContainerHooksAreDeletedLaterIfTheyCannotBeRead() throws Exception {
        createWithHooks("a");
        fixture.jobStarts("a");
        fixture.podEnds("a", 0);
        hookSecrets(1);
        fixture.kube.faults().inject(Fault.on("list", "secrets").answer(504));
        assertThatThrownBy(() -> fixture.reconcileRunner("a")).isInstanceOf(KubernetesClientException.class);
        assertThat(fixture.runner("a")).isNotNull();
        assertThat(secrets()).contains("hook-0");
        fixture.reconcileRunner("a");
        assertThat(secrets()).isEmpty();
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.pod("a")).isNull();
    }

    private void hookSecrets(int number) {
        for (int i = 0; i < number; i++) {
            hookSecret("hook-" + i, "a");
        }
    }

    private long secretRequests(String verb) {
        return fixture.kube
                .requests()
                .count(request -> request.verb().equals(verb)
                        && request.resource().equals("secrets")
                        && request.userAgent().equals("controller"));
    }

    private void createWithHooks(String runner) throws Exception {
        PodTemplateSpec template = new PodTemplateSpecBuilder(ControllerFixture.template("runner:1"))
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName("ACTIONS_RUNNER_CONTAINER_HOOKS")
                .withValue("/home/runner/k8s/index.js")
                .endEnv()
                .endContainer()
                .endSpec()
                .build();
        fixture.createRunner(
                runner, spec -> spec.metadata(template.getMetadata()).spec(template.getSpec()));
        fixture.reconcileRunner(runner);
    }

    private void hookSecret(String name, String runner) {
        fixture.client
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(NAMESPACE)
                        .addToLabels("runner-pod", runner)
                        .endMetadata()
                        .build())
                .create();
    }

    private void hookObjects(String runner) {
        hookSecret("hook-of-" + runner, runner);
        fixture.client
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("hook-of-" + runner)
                        .withNamespace(NAMESPACE)
                        .addToLabels("runner-pod", runner)
                        .endMetadata()
                        .withSpec(fixture.pod("a").getSpec())
                        .build())
                .create();
    }

    @Test
    void checksForTheEndOfAJobBackOffAfterThePodHasEnded() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.podEnds("a", 1);
        assertThat(delayUntilRetry()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
        fixture.pass(Duration.ofSeconds(8));
        assertThat(delayUntilRetry()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(20));
        fixture.pass(Duration.ofHours(1));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofSeconds(30)));
    }

    @Test
    void aDeletionIsRetriedAfterAConflict() throws Exception {
        fixture.createRunning("a");
        fixture.kube.faults().inject(Fault.on("delete", "pods").answer(409));
        fixture.deleteRunner("a");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> fixture.reconcileRunner("a")))
                .isInstanceOf(KubernetesClientException.class);
        fixture.reconcileRunner("a");
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aFailureToDeregisterIsReportedOnce() throws Exception {
        fixture.createRunning("a");
        fixture.deleteRunner("a");
        for (String request : List.of("request 1", "request 2", "request 3")) {
            fixture.github.failWith(new ConnectionException(request, ErrorDetails.NONE, null));
            fixture.reconcileRunner("a");
        }
        assertThat(fixture.events).isEmpty();
        fixture.pass(ConditionEvents.WARNING_DELAY);
        fixture.reconcileRunner("a");
        fixture.reconcileRunner("a");
        assertThat(fixture.events).containsExactly("GitHubUnreachable");
        assertThat(Conditions.has(fixture.status("a").conditions(), Conditions.READY, false, "GitHubUnreachable"))
                .isTrue();
    }

    @Test
    void aRunningJobCausesNoWarningOnceGitHubRespondsAgain() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.deleteRunner("a");
        gitHubIsDown();
        fixture.reconcileRunner("a");
        fixture.github.failWith(null);
        fixture.reconcileRunner("a");
        fixture.pass(ConditionEvents.WARNING_DELAY);
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNotNull();
        assertThat(fixture.events).isEmpty();
    }

    private void gitHubIsDown() {
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
    }

    private void credentialsAreRevoked() {
        fixture.github.failWith(new AuthenticationException("revoked", ErrorDetails.NONE, null));
    }

    private void isAbandonedTenMinutesAfterTheFirstFailure() throws Exception {
        fixture.reconcileRunner("a");
        fixture.pass(Duration.ofMinutes(9));
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.Retry.class);
        assertThat(fixture.runner("a")).isNotNull();
        fixture.pass(Duration.ofMinutes(2));
        fixture.reconcileRunner("a");
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.events).endsWith("RegistrationAbandoned");
    }

    private void waitsWithoutATimeLimit() throws Exception {
        fixture.reconcileRunner("a"); // the first failure
        fixture.pass(Duration.ofHours(10));
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.Retry.class);
        assertThat(fixture.pod("a").isMarkedForDeletion()).isFalse();
        assertThat(fixture.runner("a").getMetadata().getFinalizers()).hasSize(2);
    }

    @Test
    void theRegistrationOfAnEndedPodIsAbandonedAfterTenMinutesWithoutGitHub() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        gitHubIsDown();
        fixture.podEnds("a", 1);
        fixture.reconcileRunner("a");
        assertThat(fixture.pod("a")).isNull();
        isAbandonedTenMinutesAfterTheFirstFailure();
    }

    @Test
    void anIdleRunnerIsAbandonedAfterTenMinutesWithoutCredentials() throws Exception {
        fixture.createRunning("a");
        fixture.deleteRunner("a");
        credentialsAreRevoked();
        isAbandonedTenMinutesAfterTheFirstFailure();
        assertThat(fixture.pod("a")).isNull();
    }

    @Test
    void aRunningPodThatMayHaveAJobOutlivesAnyOutageOfGitHub() throws Exception {
        fixture.createRunning("a");
        fixture.deleteRunner("a");
        gitHubIsDown();
        waitsWithoutATimeLimit();
        fixture.github.failWith(null);
        fixture.reconcileRunner("a");
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aRunningPodThatMayHaveAJobOutlivesAnyOutageOfTheVault() throws Exception {
        fixture.createRunning("a");
        fixture.deleteRunner("a");
        fixture.failAccessWith(new GitHubAccessException("VaultUnavailable", "no response"));
        waitsWithoutATimeLimit();
        fixture.failAccessWith(null);
        fixture.reconcileRunner("a");
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aRecordedJobOutlivesTheCredentials() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.deleteRunner("a");
        credentialsAreRevoked();
        waitsWithoutATimeLimit();
    }

    @Test
    void aJobOnALostNodeIsNotAwaitedWhileGitHubIsDown() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.holdPod("a");
        fixture.deletePod("a");
        fixture.deleteRunner("a");
        gitHubIsDown();
        isAbandonedTenMinutesAfterTheFirstFailure();
    }

    @Test
    void theTimeoutStartsWithTheFirstFailureAndNotWithTheDeletion() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.deleteRunner("a");
        fixture.pass(Duration.ofHours(1));
        fixture.reconcileRunner("a"); // the job runs, says GitHub
        fixture.podEnds("a", 1);
        credentialsAreRevoked();
        isAbandonedTenMinutesAfterTheFirstFailure();
    }

    @Test
    void aResponseEndsTheFailure() throws Exception {
        fixture.createRunning("a");
        fixture.deleteRunner("a");
        credentialsAreRevoked();
        fixture.reconcileRunner("a");
        fixture.github.failWith(null);
        fixture.github.busy.add("a");
        fixture.reconcileRunner("a"); // a job runs, says GitHub
        credentialsAreRevoked();
        fixture.pass(Duration.ofMinutes(11));
        fixture.reconcileRunner("a");
        assertThat(fixture.pod("a").isMarkedForDeletion()).isFalse();
    }
}
