package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.VersionGate;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatusBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.autoscalingrunnerset.RunnerSetConditions.Part;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ConditionEvents;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.uninstall.UninstallReport;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * Tells the user how the scale set is: numbers, phase, and a condition for each part that may be in trouble. A condition
 * that turns, or turns out to have another reason, is an Event, too.
 */
final class RunnerSetStatusWriter {
    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final ResourceClient<EphemeralRunnerSet> runnerSets;
    private final ResourceClient<AutoscalingListener> listeners;
    private final Family family;
    private final Confirmations confirmations;
    private final ConditionEvents events;
    private final Clock clock;
    private final String version;

    /** @param version of this build, compared with the label that the chart gave the object */
    RunnerSetStatusWriter(
            ResourceClient<AutoscalingRunnerSet> sets,
            ResourceClient<EphemeralRunnerSet> runnerSets,
            ResourceClient<AutoscalingListener> listeners,
            Family family,
            Confirmations confirmations,
            ConditionEvents events,
            Clock clock,
            String version) {
        this.sets = sets;
        this.runnerSets = runnerSets;
        this.listeners = listeners;
        this.family = family;
        this.confirmations = confirmations;
        this.events = events;
        this.clock = clock;
        this.version = version;
    }

    boolean isOutdated(AutoscalingRunnerSet set) {
        return runnerSetStatus(set).phase().equals(Phase.OUTDATED);
    }

    /** The state of a scale set whose objects are as wanted. */
    AutoscalingRunnerSet write(AutoscalingRunnerSet set, GitHubUse use) {
        Part listener = isOutdated(set)
                ? Part.trouble("Stopped", "the listener is stopped until the runner's image is renewed")
                : listener(set);
        return write(set, use, listener, isOutdated(set) ? Phase.OUTDATED : Phase.RUNNING);
    }

    /** A change is under way, and no jobs are taken until it is done. */
    AutoscalingRunnerSet writeWaiting(AutoscalingRunnerSet set, GitHubUse use, String reason, String message) {
        return write(set, use, Part.trouble(reason, message), Phase.PENDING);
    }

    private AutoscalingRunnerSet write(AutoscalingRunnerSet set, GitHubUse use, Part listener, String phase) {
        EphemeralRunnerSetStatus runners = runnerSetStatus(set);
        Part healthy = healthy(runners);
        Part supported = versionSupported(set);
        RunnerSetConditions conditions = conditions(set)
                .set(RunnerSetConditions.REGISTERED, confirmations.condition(set))
                .gitHub(use)
                .set(RunnerSetConditions.RUNNERS_HEALTHY, healthy)
                .set(RunnerSetConditions.LISTENER_RUNNING, listener)
                .set(RunnerSetConditions.VERSION_SUPPORTED, supported)
                .ready(healthy.ok() ? listener : healthy);
        conditions.degraded(conditions.gitHub(), healthy, supported);
        return patch(set, withNumbers(set).phase(phase), conditions);
    }

    /** Of all its runner sets: those of a former controller still finish jobs. */
    private AutoscalingRunnerSetStatusBuilder withNumbers(AutoscalingRunnerSet set) {
        List<EphemeralRunnerSetStatus> all = family.runnerSets(set).stream()
                .map(EphemeralRunnerSet::getStatus)
                .filter(Objects::nonNull)
                .toList();
        return statusOf(set).toBuilder()
                .currentRunners(sum(all, EphemeralRunnerSetStatus::currentReplicas))
                .pendingEphemeralRunners(sum(all, EphemeralRunnerSetStatus::pendingEphemeralRunners))
                .runningEphemeralRunners(sum(all, EphemeralRunnerSetStatus::runningEphemeralRunners))
                .failedEphemeralRunners(sum(all, EphemeralRunnerSetStatus::failedEphemeralRunners));
    }

    private static int sum(List<EphemeralRunnerSetStatus> all, ToIntFunction<EphemeralRunnerSetStatus> number) {
        return all.stream().mapToInt(number).sum();
    }

    /** The scale set can't be brought to what the spec says; whatever runs goes on. */
    AutoscalingRunnerSet writeProblem(AutoscalingRunnerSet set, String reason, String message) {
        return writeProblem(set, Part.trouble(reason, message), GitHubUse.NONE);
    }

    /** The scale set can't be registered. */
    AutoscalingRunnerSet writeUnregistered(AutoscalingRunnerSet set, GitHubFailure failure) {
        return isWorthTelling(set, failure)
                ? writeProblem(set, Part.trouble(failure.reason(), failure.message()), GitHubUse.failed(failure))
                : set;
    }

    /** Whether the conditions should say it: it is news, or what they say now is not about this controller. */
    boolean isWorthTelling(AutoscalingRunnerSet set, GitHubFailure failure) {
        List<Condition> conditions = statusOf(set).conditions();
        return failure.isNews()
                || conditions.isEmpty()
                || Conditions.has(conditions, Conditions.READY, false, UninstallReport.REASON);
    }

    private AutoscalingRunnerSet writeProblem(AutoscalingRunnerSet set, Part problem, GitHubUse use) {
        RunnerSetConditions conditions =
                conditions(set).gitHub(use).ready(problem).degraded(problem);
        if (RegisteredScaleSet.id(set) == 0) {
            conditions.set(RunnerSetConditions.REGISTERED, problem);
        }
        AutoscalingRunnerSetStatus current = statusOf(set);
        boolean isChange = !set.getMetadata().getGeneration().equals(current.observedGeneration());
        return patch(set, isChange ? current.toBuilder().phase(Phase.PENDING) : current.toBuilder(), conditions);
    }

    /** Whether jobs may not be run though the objects are as wanted. */
    boolean isInTrouble(AutoscalingRunnerSet set) {
        return !isOutdated(set)
                && !listeners.dropsStatus("conditions")
                && !(listener(set).ok() && healthy(runnerSetStatus(set)).ok());
    }

    private Part listener(AutoscalingRunnerSet set) {
        return Part.ofListener(family.listeners(set).stream().findFirst());
    }

    private static Part healthy(EphemeralRunnerSetStatus runners) {
        return Part.ready(runners.conditions(), new Part(true, "NoRunnersYet", "no runner was made yet"));
    }

    /** What the deletion waits for. */
    AutoscalingRunnerSet writeDeletion(AutoscalingRunnerSet set, GitHubUse use, String reason, String message) {
        Part listener = Part.trouble("Deleting", "the scale set is being deleted and takes no more jobs");
        RunnerSetConditions conditions = conditions(set)
                .gitHub(use)
                .set(RunnerSetConditions.LISTENER_RUNNING, listener)
                .ready(Part.trouble(reason, message));
        return patch(set, withNumbers(set), conditions);
    }

    /** Whether a deletion need not wait for GitHub any more. */
    boolean hasGivenUpGitHub(AutoscalingRunnerSet set) {
        return GitHubReachable.isGivenUp(statusOf(set).conditions(), clock.instant());
    }

    private AutoscalingRunnerSet patch(
            AutoscalingRunnerSet set, AutoscalingRunnerSetStatusBuilder status, RunnerSetConditions conditions) {
        List<Condition> before = statusOf(set).conditions();
        AutoscalingRunnerSet patched = sets.patchStatus(
                set,
                set.getStatus(),
                status.conditions(conditions.list())
                        .observedGeneration(set.getMetadata().getGeneration())
                        .build());
        if (patched != set) {
            events.changed(set, before, conditions.list());
        }
        return patched;
    }

    private RunnerSetConditions conditions(AutoscalingRunnerSet set) {
        return new RunnerSetConditions(set, statusOf(set).conditions(), clock.instant());
    }

    private Part versionSupported(AutoscalingRunnerSet set) {
        String wanted = DerivedObjects.chartVersion(set);
        return VersionGate.isVersionAllowed(wanted, version)
                ? new Part(true, "Supported", "the controller supports this version of the chart")
                : Part.trouble(
                        "VersionMismatch",
                        "the scale set was installed by chart version %s, the controller is %s: upgrade the older one"
                                .formatted(wanted.isEmpty() ? "unknown" : wanted, version));
    }

    static AutoscalingRunnerSetStatus statusOf(AutoscalingRunnerSet set) {
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
