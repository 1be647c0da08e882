package io.github.arc4j.cli;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.cli.snapshot.ControllerLocation;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The objects of a cluster with a controller, and a scale set that works, into which tests inject faults. */
public final class TestObjects {
    public static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
    public static final String SYSTEMS = "arc-systems";
    public static final String RUNNERS = "arc-runners";
    public static final String SET = "my-runners";
    public static final String LISTENER = "my-runners-6b4c9d-listener";

    private static final List<String> CONDITIONS = List.of(
            "Ready",
            "ScaleSetRegistered",
            "GitHubReachable",
            "CredentialsValid",
            "ListenerRunning",
            "RunnersHealthy",
            "VersionSupported");

    public final AutoscalingRunnerSet set = new AutoscalingRunnerSet();
    public final EphemeralRunnerSet runnerSet = new EphemeralRunnerSet();
    public final AutoscalingListener listener = new AutoscalingListener();
    public final Pod controllerPod = pod(SYSTEMS, "arc-controller", "manager");
    public final Pod listenerPod = pod(SYSTEMS, LISTENER, "listener");
    private final List<HasMetadata> others = new ArrayList<>();

    public TestObjects() {
        set.setMetadata(metadata(RUNNERS, SET, 3600));
        set.getMetadata().setGeneration(1L);
        set.getMetadata().setAnnotations(Map.of(Annotations.RUNNER_SCALE_SET_ID, "7"));
        set.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://github.com/acme")
                .githubConfigSecret("github")
                .maxRunners(5)
                .build());
        List<Condition> conditions =
                CONDITIONS.stream().map(type -> condition(type, true, type, "")).toList();
        set.setStatus(AutoscalingRunnerSetStatus.builder()
                .conditions(conditions)
                .observedGeneration(1L)
                .build());
        runnerSet.setMetadata(metadata(RUNNERS, SET, 3600));
        runnerSet.setStatus(EphemeralRunnerSetStatus.builder()
                .conditions(List.of(condition("Ready", true, "Scaled", "")))
                .build());
        listener.setMetadata(metadata(SYSTEMS, LISTENER, 3600));
        listener.setSpec(AutoscalingListenerSpec.builder()
                .autoscalingRunnerSetNamespace(RUNNERS)
                .autoscalingRunnerSetName(SET)
                .build());
        listener.setStatus(new AutoscalingListenerStatus(List.of(condition("Ready", true, "Listening", "")), 1L, null));
        controllerPod
                .getMetadata()
                .setLabels(Map.of(Labels.PART_OF, "gha-rs-controller", Labels.COMPONENT, "controller-manager"));
        ready(controllerPod);
        ready(listenerPod);
    }

    public TestObjects desired(int runners) {
        runnerSet.setSpec(
                EphemeralRunnerSetSpec.builder().replicas(runners).patchID(1).build());
        return this;
    }

    /** Replaces conditions of the scale set. */
    public TestObjects failing(String reason, String message, String... types) {
        List<Condition> conditions = new ArrayList<>(set.getStatus().conditions());
        for (String type : types) {
            conditions.removeIf(condition -> condition.getType().equals(type));
            conditions.add(condition(type, false, reason, message));
        }
        set.setStatus(set.getStatus().toBuilder().conditions(conditions).build());
        return this;
    }

    public TestObjects listenerFailing(String reason, String message) {
        listener.setStatus(
                new AutoscalingListenerStatus(List.of(condition("Ready", false, reason, message)), 1L, null));
        return failing(reason, message, "ListenerRunning", "Ready");
    }

    public TestObjects runnerSetFailing(String reason, String message) {
        runnerSet.setStatus(EphemeralRunnerSetStatus.builder()
                .conditions(List.of(condition("Ready", false, reason, message)))
                .build());
        return failing(reason, message, "RunnersHealthy", "Ready");
    }

    /** A runner that has not started. */
    public EphemeralRunner runner(String name, String reason, String message) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(metadata(RUNNERS, name, 100));
        runner.setStatus(EphemeralRunnerStatus.builder()
                .phase("Pending")
                .runnerId(17)
                .conditions(List.of(condition("Ready", false, reason, message)))
                .build());
        others.add(runner);
        return runner;
    }

    /** A runner that runs and is idle, with its pod. */
    public EphemeralRunner idle(String name) {
        EphemeralRunner runner = runner(name, "", "");
        runner.setStatus(EphemeralRunnerStatus.builder()
                .phase("Running")
                .runnerId(17)
                .ready(true)
                .conditions(List.of(condition("Ready", true, "RunnerRunning", "")))
                .build());
        Pod pod = pod(RUNNERS, name, "runner");
        ready(pod);
        others.add(pod);
        return runner;
    }

    /** A runner with a job of run 4711, with its pod. */
    public EphemeralRunner busy(String name) {
        EphemeralRunner runner = idle(name);
        runner.setStatus(runner.getStatus().toBuilder()
                .jobId("f3a1c9d2-0000-4000-8000-000000000001")
                .jobRequestId(99)
                .jobDisplayName("build")
                .jobRepositoryName("acme/app")
                .workflowRunId(4711)
                .build());
        return runner;
    }

    /** The pod of a runner; the test sets its status. */
    public Pod runnerPod(String name) {
        Pod pod = pod(RUNNERS, name, "runner");
        others.add(pod);
        return pod;
    }

    public TestObjects add(HasMetadata... objects) {
        others.addAll(List.of(objects));
        return this;
    }

    public <T extends HasMetadata> T find(Class<T> type, String name) {
        return others.stream()
                .filter(object -> type.isInstance(object)
                        && object.getMetadata().getName().equals(name))
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    public Snapshot snapshot() {
        return builder().build();
    }

    public Snapshot.Builder builder() {
        return Snapshot.builder(NOW)
                .controller(ControllerLocation.certain(SYSTEMS))
                .add(List.of(set, runnerSet, listener, controllerPod, listenerPod))
                .add(others);
    }

    public static Condition condition(String type, boolean status, String reason, String message) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status ? "True" : "False")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(NOW.minusSeconds(90).toString())
                .build();
    }

    public static ObjectMeta metadata(String namespace, String name, int ageSeconds) {
        return new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(name)
                .withCreationTimestamp(NOW.minus(Duration.ofSeconds(ageSeconds)).toString())
                .withLabels(Map.of(Labels.SCALE_SET_NAME, SET, Labels.SCALE_SET_NAMESPACE, RUNNERS))
                .build();
    }

    public static Event warning(String kind, String namespace, String name, String reason, String message) {
        return new EventBuilder()
                .withMetadata(metadata(namespace, name + "." + reason, 60))
                .withType("Warning")
                .withReason(reason)
                .withMessage(message)
                .withLastTimestamp(NOW.minusSeconds(30).toString())
                .withNewInvolvedObject()
                .withKind(kind)
                .withNamespace(namespace)
                .withName(name)
                .endInvolvedObject()
                .build();
    }

    public static Pod pod(String namespace, String name, String container) {
        return new PodBuilder()
                .withMetadata(metadata(namespace, name, 95))
                .withNewSpec()
                .withNodeName("node-1")
                .addNewContainer()
                .withName(container)
                .withImage("example.com/" + container)
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("True")
                .withLastTransitionTime(NOW.minusSeconds(94).toString())
                .endCondition()
                .endStatus()
                .build();
    }

    /** Lets the pod's container run and be ready. */
    public static void ready(Pod pod) {
        pod.getStatus().setPhase("Running");
        pod.getStatus()
                .setContainerStatuses(List.of(new ContainerStatusBuilder(status(pod))
                        .withNewState()
                        .withNewRunning()
                        .withStartedAt(NOW.minusSeconds(92).toString())
                        .endRunning()
                        .endState()
                        .build()));
        pod.getStatus()
                .getConditions()
                .add(new PodConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .withLastTransitionTime(NOW.minusSeconds(91).toString())
                        .build());
    }

    public static void waiting(Pod pod, String reason, String message) {
        pod.getStatus()
                .setConditions(new ArrayList<>(pod.getStatus().getConditions().subList(0, 1)));
        pod.getStatus()
                .setContainerStatuses(List.of(new ContainerStatusBuilder(status(pod))
                        .withNewState()
                        .withNewWaiting()
                        .withReason(reason)
                        .withMessage(message)
                        .endWaiting()
                        .endState()
                        .build()));
    }

    public static void terminated(Pod pod, int exitCode, String reason, String message) {
        pod.getStatus().setPhase("Failed");
        pod.getStatus()
                .setContainerStatuses(List.of(new ContainerStatusBuilder(status(pod))
                        .withNewState()
                        .withNewTerminated()
                        .withExitCode(exitCode)
                        .withReason(reason)
                        .withMessage(message)
                        .withStartedAt(NOW.minusSeconds(92).toString())
                        .withFinishedAt(NOW.minusSeconds(5).toString())
                        .endTerminated()
                        .endState()
                        .build()));
    }

    private static ContainerStatus status(Pod pod) {
        return new ContainerStatusBuilder()
                .withName(pod.getSpec().getContainers().getFirst().getName())
                .withImage(pod.getSpec().getContainers().getFirst().getImage())
                .build();
    }
}
