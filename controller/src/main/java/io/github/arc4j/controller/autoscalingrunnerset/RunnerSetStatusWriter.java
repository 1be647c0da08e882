package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.VersionGate;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.controller.kube.ResourceClient;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells the user how the scale set is: numbers, phase, and a condition for each part that may be in trouble. */
final class RunnerSetStatusWriter {
    static final String REGISTERED = "ScaleSetRegistered";
    static final String LISTENER_RUNNING = "ListenerRunning";
    static final String RUNNERS_HEALTHY = "RunnersHealthy";
    static final String VERSION_SUPPORTED = "VersionSupported";

    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final ResourceClient<EphemeralRunnerSet> runnerSets;
    private final Family family;
    private final Clock clock;
    private final String version;

    /** @param version of this build, compared with the label that the chart gave the object */
    RunnerSetStatusWriter(
            ResourceClient<AutoscalingRunnerSet> sets,
            ResourceClient<EphemeralRunnerSet> runnerSets,
            Family family,
            Clock clock,
            String version) {
        this.sets = sets;
        this.runnerSets = runnerSets;
        this.family = family;
        this.clock = clock;
        this.version = version;
    }

    boolean isOutdated(AutoscalingRunnerSet set) {
        return runnerSetStatus(set).phase().equals(Phase.OUTDATED);
    }

    /** The state of a registered scale set. */
    AutoscalingRunnerSet write(AutoscalingRunnerSet set) {
        EphemeralRunnerSetStatus runners = runnerSetStatus(set);
        Part registered = new Part(true, "Registered", "the scale set is registered at GitHub");
        Part runnersHealthy = part(runners.conditions(), "NoRunnersYet", "no runner was made yet", true);
        Part listener = isOutdated(set)
                ? new Part(false, "Stopped", "the listener is stopped until the runner's image is renewed")
                : listener(set);
        Part ready = !runnersHealthy.ok() ? runnersHealthy : listener;
        List<Condition> conditions = set(set, currentStatus(set).conditions(), REGISTERED, registered);
        conditions = set(set, conditions, RUNNERS_HEALTHY, runnersHealthy);
        conditions = set(set, conditions, LISTENER_RUNNING, listener);
        conditions = set(set, conditions, VERSION_SUPPORTED, versionSupported(set));
        conditions = set(
                set,
                conditions,
                Conditions.READY,
                ready.ok() ? new Part(true, "Ready", "jobs are taken and run") : ready);
        AutoscalingRunnerSetStatus wanted = currentStatus(set).toBuilder()
                .currentRunners(runners.currentReplicas())
                .pendingEphemeralRunners(runners.pendingEphemeralRunners())
                .runningEphemeralRunners(runners.runningEphemeralRunners())
                .failedEphemeralRunners(runners.failedEphemeralRunners())
                .phase(isOutdated(set) ? Phase.OUTDATED : Phase.RUNNING)
                .conditions(conditions)
                .observedGeneration(set.getMetadata().getGeneration())
                .build();
        return sets.patchStatus(set, set.getStatus(), wanted);
    }

    /** The scale set can't be brought to what the spec says; whatever runs goes on. */
    AutoscalingRunnerSet writeProblem(AutoscalingRunnerSet set, String reason, String message) {
        Part problem = new Part(false, reason, message);
        AutoscalingRunnerSetStatus current = currentStatus(set);
        List<Condition> conditions = set(set, current.conditions(), REGISTERED, problem);
        conditions = set(set, conditions, Conditions.READY, problem);
        return sets.patchStatus(
                set,
                set.getStatus(),
                current.toBuilder()
                        .phase(current.phase().isEmpty() ? Phase.PENDING : current.phase())
                        .conditions(conditions)
                        .observedGeneration(set.getMetadata().getGeneration())
                        .build());
    }

    private record Part(boolean ok, String reason, String message) {}

    private Part listener(AutoscalingRunnerSet set) {
        Optional<AutoscalingListener> listener = family.listeners(set).stream().findFirst();
        return listener.map(found -> part(
                        found.getStatus() == null
                                ? List.of()
                                : found.getStatus().conditions(),
                        "ListenerStarting",
                        "the listener is starting",
                        false))
                .orElseGet(() -> new Part(false, "ListenerStarting", "the listener is starting"));
    }

    private static Part part(List<Condition> conditions, String defaultReason, String message, boolean defaultOk) {
        return Conditions.find(conditions, Conditions.READY)
                .map(ready -> new Part("True".equals(ready.getStatus()), ready.getReason(), ready.getMessage()))
                .orElseGet(() -> new Part(defaultOk, defaultReason, message));
    }

    private Part versionSupported(AutoscalingRunnerSet set) {
        Map<String, String> labels = set.getMetadata().getLabels();
        String wanted = labels == null ? "" : labels.getOrDefault(Labels.VERSION, "");
        return VersionGate.isVersionAllowed(wanted, version)
                ? new Part(true, "Supported", "the controller supports this version of the chart")
                : new Part(
                        false,
                        "VersionMismatch",
                        "the scale set was installed by chart version %s, the controller is %s: upgrade the older one"
                                .formatted(wanted.isEmpty() ? "unknown" : wanted, version));
    }

    private List<Condition> set(AutoscalingRunnerSet set, List<Condition> conditions, String type, Part part) {
        return Conditions.with(
                conditions,
                type,
                part.ok(),
                part.reason(),
                part.message(),
                set.getMetadata().getGeneration(),
                clock.instant());
    }

    private static AutoscalingRunnerSetStatus currentStatus(AutoscalingRunnerSet set) {
        return set.getStatus() == null ? AutoscalingRunnerSetStatus.EMPTY : set.getStatus();
    }

    private EphemeralRunnerSetStatus runnerSetStatus(AutoscalingRunnerSet set) {
        EphemeralRunnerSet runnerSet = runnerSets.get(
                set.getMetadata().getNamespace(),
                ScaleSetNames.ephemeralRunnerSet(set.getMetadata().getName()));
        return runnerSet == null || runnerSet.getStatus() == null
                ? EphemeralRunnerSetStatus.EMPTY
                : runnerSet.getStatus();
    }
}
