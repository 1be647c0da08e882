package io.github.arc4j.cli.why;

import static io.github.arc4j.cli.TestObjects.LISTENER;
import static io.github.arc4j.cli.TestObjects.NOW;
import static io.github.arc4j.cli.TestObjects.RUNNERS;
import static io.github.arc4j.cli.TestObjects.SET;
import static io.github.arc4j.cli.TestObjects.SYSTEMS;
import static io.github.arc4j.cli.TestObjects.condition;
import static io.github.arc4j.cli.TestObjects.terminated;
import static io.github.arc4j.cli.TestObjects.waiting;
import static io.github.arc4j.cli.TestObjects.warning;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.cli.TestObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The cause of each fault is named first, before its effects. */
class FaultsTest {
    private static final String RUNNER = "my-runners-runner-abcde";

    private final TestObjects objects = new TestObjects().desired(1);

    @Test
    void aWorkingScaleSetHasNoProblem() {
        objects.busy(RUNNER);

        Path path = why(SET);

        assertThat(path.obstacle()).isNull();
        assertThat(path.steps()).extracting(Step::state).containsOnly(Step.State.DONE);
    }

    @Test
    void conditionsAreRankedAsInTheApi() {
        List<String> types = ConditionTypes.CAUSES_FIRST.stream()
                .filter(type -> !type.equals(ConditionTypes.VERSION_SUPPORTED)) // nothing stops
                .toList();
        for (String cause : types.reversed()) {
            objects.failing("Not" + cause, "", cause);

            assertThat(obstacle(SET).reason()).isEqualTo("Not" + cause);
        }
    }

    @Test
    void theControllerIsDown() {
        waiting(objects.controllerPod, "CrashLoopBackOff", "back-off 5m0s");
        objects.set.setStatus(AutoscalingRunnerSetStatus.EMPTY);

        assertCause(SET, "controller running", "ControllerDown", "CrashLoopBackOff");
    }

    @Test
    void thereIsNoController() {
        objects.controllerPod.getMetadata().setLabels(Map.of());

        assertCause(SET, "controller running", "ControllerMissing", "no controller");
    }

    @Test
    void theControllerOfAnotherNamespaceSaysNothingAboutAScaleSet() {
        objects.controllerPod.getSpec().getContainers().getFirst().setArgs(List.of("--watch-single-namespace=other"));

        assertThat(why(SET).steps().getFirst().state()).isEqualTo(Step.State.UNKNOWN);
    }

    @Test
    void noControllerServesTheNamespace() {
        objects.set.setStatus(AutoscalingRunnerSetStatus.EMPTY);

        assertCause(SET, "spec accepted", "NotReconciled", "no conditions");
    }

    @Test
    void theCrdsAreOutdated() {
        objects.set.setStatus(AutoscalingRunnerSetStatus.EMPTY);
        objects.add(warning("AutoscalingRunnerSet", RUNNERS, SET, "CRDOutdated", "the CRD lacks fields"));

        assertCause(SET, "spec accepted", "CRDOutdated", "CRDs");
    }

    @Test
    void theCrdsAreOutdatedAndEventsCannotBeRead() {
        objects.set.setStatus(
                AutoscalingRunnerSetStatus.builder().phase("Running").build());

        assertCause(SET, "spec accepted", "CRDOutdated", "CRDs");
    }

    @Test
    void theControllerWasUninstalled() {
        objects.failing("ControllerUninstalled", "the controller was uninstalled", "Ready");

        assertCause(SET, "spec accepted", "ControllerUninstalled", "uninstalled");
    }

    @Test
    void theSpecIsInvalid() {
        objects.failing("InvalidLimits", "minRunners 9 is greater than maxRunners 5", "Ready");

        assertCause(SET, "spec accepted", "InvalidLimits", "minRunners 9");
    }

    @Test
    void theHostIsNotAllowed() {
        objects.failing("GitHubHostNotAllowed", "spec.githubConfigUrl: evil.example", "Ready", "ScaleSetRegistered");

        assertCause(SET, "spec accepted", "GitHubHostNotAllowed", "evil.example");
    }

    @Test
    void theSecretIsMissing() {
        objects.failing(
                "SecretMissing",
                "the Secret github does not exist",
                "CredentialsValid",
                "GitHubReachable",
                "ScaleSetRegistered",
                "Ready");
        objects.listenerFailing("NotReady", "");

        assertCause(SET, "credentials valid", "SecretMissing", "the Secret github");
    }

    @Test
    void gitHubRejectsTheCredentials() {
        objects.failing("AuthenticationFailed", "401 Bad credentials", "CredentialsValid", "GitHubReachable");
        objects.listenerFailing("CredentialsRefused", "401");

        assertCause(SET, "credentials valid", "AuthenticationFailed", "Bad credentials");
    }

    @Test
    void gitHubIsUnreachable() {
        objects.failing("GitHubUnreachable", "connect timed out", "GitHubReachable", "Degraded");
        objects.listenerFailing("NotReady", "connect timed out");

        assertCause(SET, "GitHub reachable", "GitHubUnreachable", "timed out");
    }

    @Test
    void theNameIsTaken() {
        objects.failing("ScaleSetNameTaken", "arc-runners/other has it", "ScaleSetRegistered", "Ready");
        objects.listenerFailing("NotReady", "");

        assertCause(SET, "scale set registered", "ScaleSetNameTaken", "arc-runners/other");
    }

    @Test
    void anotherListenerHoldsTheSession() {
        objects.listenerFailing("SessionConflict", "the session is held by another listener");
        waitingRunner();

        assertCause(SET, "listener running", "SessionConflict", "held by another");
    }

    @Test
    void theListenersImageCannotBePulled() {
        objects.listenerFailing("NotReady", "");
        waiting(objects.listenerPod, "ErrImagePull", "not found");

        assertCause(SET, "listener running", "ErrImagePull", LISTENER);
    }

    @Test
    void theListenersPodIsRejected() {
        String message = "Kubernetes rejected a request: pods \"listener\" is forbidden: denied by a policy";
        objects.listenerFailing("RequestRefused", message);
        objects.failing("RequestRefused", message, "Ready", "ListenerRunning");

        assertCause(SET, "listener running", "RequestRefused", "denied by a policy");
    }

    @Test
    void aRequestForTheScaleSetIsRejected() {
        objects.failing("RequestRefused", "Kubernetes rejected a request: denied by a policy", "Ready");

        assertCause(SET, "spec accepted", "RequestRefused", "denied by a policy");
    }

    @Test
    void theListenerIsOutOfMemory() {
        objects.listenerFailing("ListenerEnded", "exit code 137");
        terminated(objects.listenerPod, 137, "OOMKilled", "");

        assertCause(SET, "listener running", "OOMKilled", "exit code 137");
    }

    @Test
    void theListenersPodIsPending() {
        objects.listenerFailing("ListenerStarting", "");
        unschedulable(objects.listenerPod, "0/3 nodes are available: 3 Insufficient memory.");

        assertCause(SET, "listener running", "Unschedulable", "Insufficient memory");
    }

    @Test
    void jobsAreCountedThatDoNotStart() {
        List<Condition> conditions = new ArrayList<>(objects.set.getStatus().conditions());
        conditions.add(condition("DemandStale", true, "JobsDoNotStart", "GitHub counts jobs that do not start"));
        objects.set.setStatus(
                objects.set.getStatus().toBuilder().conditions(conditions).build());
        objects.idle(RUNNER);

        assertCause(SET, "demand", "JobsDoNotStart", "do not start");
    }

    @Test
    void theScaleSetIsPaused() {
        objects.set.setSpec(objects.set.getSpec().toBuilder().maxRunners(0).build());

        Path path = why(SET);

        assertThat(path.problem()).isEmpty();
        assertThat(obstacle(SET).reason()).isEqualTo("Paused");
    }

    @Test
    void allRunnersHaveJobs() {
        objects.set.setSpec(objects.set.getSpec().toBuilder().maxRunners(1).build());
        objects.busy(RUNNER);

        assertThat(obstacle(SET).reason()).isEqualTo("MaximumReached");
    }

    @Test
    void runnersAreRejected() {
        objects.runnerSetFailing("RunnersRefused", "exceeded quota: count/ephemeralrunners");

        assertCause(SET, "runners created", "RunnersRefused", "exceeded quota");
    }

    @Test
    void theRunnerVersionIsRejected() {
        objects.failing("RunnerOutdated", "GitHub rejects this version", "RunnerVersionAccepted", "RunnersHealthy");
        objects.listenerFailing("Stopped", "the listener is stopped until the runner image is updated");
        objects.failing("RunnerOutdated", "GitHub rejects this version", "Ready");

        assertCause(SET, "runner version accepted", "RunnerOutdated", "rejects this version");
    }

    @Test
    void noNodeHasRoom() {
        waitingRunner();
        unschedulable(objects.runnerPod(RUNNER), "0/3 nodes are available: 3 Insufficient cpu.");

        assertCause(SET, "runners start", "Unschedulable", "1 of 1 runners: 0/3 nodes");
        assertCause(RUNNER, "pod scheduled", "Unschedulable", "Insufficient cpu");
    }

    @Test
    void theImageCannotBePulled() {
        waitingRunner();
        waiting(objects.runnerPod(RUNNER), "ImagePullBackOff", "Back-off pulling image");
        objects.add(warning("Pod", RUNNERS, RUNNER, "Failed", "Failed to pull image \"x\": 401 Unauthorized"));

        assertCause(RUNNER, "image pulled", "ImagePullBackOff", "401 Unauthorized");
        assertCause(SET, "runners start", "ImagePullBackOff", "401 Unauthorized");
    }

    @Test
    void theRunnerIsOutOfMemoryDuringItsJob() {
        objects.busy(RUNNER);
        terminated(objects.find(Pod.class, RUNNER), 137, "OOMKilled", "Running job: build");

        assertCause(RUNNER, "job ended", "OOMKilled", "exit code 137 (OOMKilled): Running job: build");
    }

    @Test
    void theRunnerFailsBeforeItHasAJob() {
        waitingRunner();
        terminated(objects.runnerPod(RUNNER), 1, "Error", "An error occurred: Not configured");

        assertCause(RUNNER, "containers running", "Error", "Not configured");
    }

    @Test
    void thePodFailedAndIsGone() {
        objects.runner(RUNNER, "PodFailed", "the runner exited with code 137 (OOMKilled): Killed");

        assertCause(RUNNER, "pod created", "PodFailed", "OOMKilled");
    }

    @Test
    void aRunnerCannotBeRegistered() {
        objects.runner(RUNNER, "ConfigMapMissing", "ConfigMap ca for spec.githubServerTLS does not exist");

        assertCause(RUNNER, "runner registered", "ConfigMapMissing", "ConfigMap ca");
    }

    @Test
    void aQuotaIsUsedUp() {
        objects.runner(RUNNER, "QuotaExceeded", "pods \"x\" is forbidden: exceeded quota");
        objects.add(new ResourceQuotaBuilder()
                .withMetadata(TestObjects.metadata(RUNNERS, "team", 9000))
                .withNewStatus()
                .withHard(Map.of("pods", new Quantity("10"), "limits.cpu", new Quantity("40")))
                .withUsed(Map.of("pods", new Quantity("10"), "limits.cpu", new Quantity("8")))
                .endStatus()
                .build());

        assertCause(RUNNER, "pod created", "QuotaExceeded", "ResourceQuota team: 10 of 10 pods are used");
        assertThat(obstacle(RUNNER).message()).doesNotContain("limits.cpu");
    }

    @Test
    void thePodIsInvalid() {
        EphemeralRunner runner = objects.runner(RUNNER, "InvalidPod", "spec.containers[0].image: Required value");
        runner.setStatus(runner.getStatus().toBuilder().phase("Failed").build());

        assertCause(RUNNER, "pod created", "InvalidPod", "Required value");
    }

    @Test
    void aSecretOfTheContainerIsMissing() {
        waitingRunner();
        waiting(objects.runnerPod(RUNNER), "CreateContainerConfigError", "secret \"registry\" not found");

        assertCause(RUNNER, "containers running", "CreateContainerConfigError", "secret \"registry\"");
    }

    @Test
    void aVolumeCannotBeMounted() {
        waitingRunner();
        waiting(objects.runnerPod(RUNNER), "ContainerCreating", "");
        objects.add(warning("Pod", RUNNERS, RUNNER, "FailedMount", "MountVolume.SetUp failed for volume \"work\""));

        assertCause(RUNNER, "containers running", "FailedMount", "volume \"work\"");
    }

    @Test
    void thePodWasEvicted() {
        objects.busy(RUNNER);
        Pod pod = objects.find(Pod.class, RUNNER);
        terminated(pod, 137, "Error", "");
        pod.getStatus().setReason("Evicted");
        pod.getStatus().setMessage("The node was low on resource: memory.");

        assertCause(RUNNER, "job ended", "Evicted", "low on resource");
    }

    @Test
    void gitHubDoesNotRegisterTheRunner() {
        EphemeralRunner runner = objects.runner(RUNNER, "GitHubUnreachable", "connect timed out");
        runner.setStatus(runner.getStatus().toBuilder().runnerId(0).build());

        assertCause(RUNNER, "runner registered", "GitHubUnreachable", "timed out");
    }

    @Test
    void theRunnerIsOffline() {
        EphemeralRunner runner = objects.idle(RUNNER);
        List<Condition> conditions = new ArrayList<>(runner.getStatus().conditions());
        conditions.add(condition("Online", false, "RunnerOffline", "the runner is not connected to GitHub"));
        runner.setStatus(runner.getStatus().toBuilder().conditions(conditions).build());

        assertCause(RUNNER, "runner online", "RunnerOffline", "not connected");
        assertCause(SET, "runners start", "RunnerOffline", "not connected");
    }

    @Test
    void theRunnerDoesNotExitAfterItsJob() {
        EphemeralRunner runner = objects.busy(RUNNER);
        List<Condition> conditions = new ArrayList<>(runner.getStatus().conditions());
        conditions.add(condition("JobCompleted", true, "RunnerNotExited", "the runner has not exited"));
        runner.setStatus(runner.getStatus().toBuilder().conditions(conditions).build());

        assertCause(RUNNER, "job ended", "RunnerNotExited", "not exited");
    }

    @Test
    void theRunnerIsOutdated() {
        EphemeralRunner runner = objects.runner(RUNNER, "Outdated", "GitHub no longer accepts the runner's version");
        runner.setStatus(runner.getStatus().toBuilder().phase("Outdated").build());
        terminated(objects.runnerPod(RUNNER), 7, "Error", "");

        assertCause(RUNNER, "containers running", "Outdated", "no longer accepts");
    }

    @Test
    void aDeletionHangs() {
        EphemeralRunner runner = objects.idle(RUNNER);
        runner.getMetadata().setDeletionTimestamp(NOW.minusSeconds(3600).toString());
        runner.getMetadata().setFinalizers(List.of("ephemeralrunner.actions.github.com/finalizer"));

        assertCause(RUNNER, "runner removed", "StuckDeletion", "ephemeralrunner.actions.github.com/finalizer");
    }

    @Test
    void theScaleSetsFinalizerCannotBeRemoved() {
        objects.failing("FinalizerForbidden", "run: kubectl patch role", "Ready");
        objects.set.getMetadata().setDeletionTimestamp(NOW.minusSeconds(600).toString());

        assertCause(SET, "spec accepted", "FinalizerForbidden", "kubectl patch role");
    }

    @Test
    void theEventsExplainADeletedRunner() {
        objects.add(warning("EphemeralRunner", RUNNERS, RUNNER, "PodLost", "the pod was deleted during a job"));

        assertCause(RUNNER, "EphemeralRunner", "PodLost", "deleted during a job");
    }

    @Test
    void aJobThatNoScaleSetHasReceived() {
        objects.desired(0);

        assertCause("https://github.com/acme/app/actions/runs/1", "demand", "NoDemand", "no further job");
    }

    @Test
    void aJobOfARepositoryWithoutScaleSet() {
        assertCause(
                "https://github.com/other/app/actions/runs/1/job/2",
                "scale set for the repository",
                "NoScaleSet",
                "other/app");
    }

    @Test
    void theSessionConflictComesBeforeTheLackOfJobs() {
        objects.desired(0).listenerFailing("SessionConflict", "held by another listener");
        objects.add(warning("AutoscalingListener", SYSTEMS, LISTENER, "SessionConflict", ""));

        assertCause("https://github.com/acme/app/actions/runs/1", "listener running", "SessionConflict", "another");
    }

    @Test
    void theStartOfAJobIsWhenTheListenerWroteIt() {
        EphemeralRunner runner = objects.busy(RUNNER);
        runner.getMetadata()
                .setManagedFields(List.of(
                        new ManagedFieldsEntryBuilder()
                                .withTime("2026-11-30T09:58:21Z")
                                .withNewFieldsV1()
                                .addToAdditionalProperties("f:status", Map.of("f:runnerId", Map.of()))
                                .endFieldsV1()
                                .build(),
                        new ManagedFieldsEntryBuilder()
                                .withTime("2026-11-30T09:58:28Z")
                                .withNewFieldsV1()
                                .addToAdditionalProperties("f:status", Map.of("f:jobId", Map.of()))
                                .endFieldsV1()
                                .build()));

        assertThat(why(RUNNER).steps())
                .filteredOn(step -> step.name().equals("job started"))
                .singleElement()
                .satisfies(step -> assertThat(step.time()).isEqualTo("2026-11-30T09:58:28Z"));
    }

    private void waitingRunner() {
        objects.runner(RUNNER, "PodStarting", "the runner's pod is starting");
    }

    private static void unschedulable(Pod pod, String message) {
        pod.getSpec().setNodeName(null);
        pod.getStatus().setContainerStatuses(List.of());
        pod.getStatus()
                .setConditions(List.of(new PodConditionBuilder()
                        .withType("PodScheduled")
                        .withStatus("False")
                        .withReason("Unschedulable")
                        .withMessage(message)
                        .build()));
    }

    private Path why(String subject) {
        return WhyReport.of(objects.snapshot(), Question.parse(subject), List.of())
                .paths()
                .getFirst();
    }

    private Obstacle obstacle(String subject) {
        return Objects.requireNonNull(why(subject).obstacle());
    }

    private void assertCause(String subject, String step, String reason, String message) {
        Path path = why(subject);

        assertThat(path.problem()).as(path.toString()).hasValueSatisfying(problem -> {
            assertThat(problem.step()).isEqualTo(step);
            assertThat(problem.reason()).isEqualTo(reason);
            assertThat(problem.message()).contains(message);
            assertThat(problem.action()).isNotEmpty();
            assertThat(problem.documentation()).startsWith("https://");
        });
    }
}
