package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.VersionGate;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatusBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.autoscalingrunnerset.derived.DerivedObjects;
import io.github.arc4j.controller.autoscalingrunnerset.derived.RegisteredScaleSet;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.kube.conditions.ConditionList;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.controller.uninstall.UninstallReport;
import io.github.arc4j.runtime.cache.Request;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Reports the state of the scale set: runner counts, phase, and a condition for each part that can fail. Emits an Event
 * when a condition changes its status or reason.
 */
final class RunnerSetStatusWriter {
    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final ResourceClient<EphemeralRunnerSet> runnerSets;
    private final ResourceClient<AutoscalingListener> listeners;
    private final RelatedObjects related;
    private final Confirmations confirmations;
    private final ConditionEvents events;
    private final Clock clock;
    private final String version;
    private final Supplier<String> crdProblem;

    /**
     * @param version the controller's version, compared with the label that the chart set on the object
     * @param crdProblem what the installed CustomResourceDefinitions lack; empty if there is no problem
     */
    RunnerSetStatusWriter(
            Resources resources,
            RelatedObjects related,
            Confirmations confirmations,
            ConditionEvents events,
            Clock clock,
            String version,
            Supplier<String> crdProblem) {
        this.sets = resources.autoscalingRunnerSets();
        this.runnerSets = resources.ephemeralRunnerSets();
        this.listeners = resources.autoscalingListeners();
        this.related = related;
        this.confirmations = confirmations;
        this.events = events;
        this.clock = clock;
        this.version = version;
        this.crdProblem = crdProblem;
    }

    boolean isOutdated(AutoscalingRunnerSet set) {
        return runnerSetStatus(set).phase().equals(Phase.OUTDATED);
    }

    /** Reports a scale set whose objects are in the desired state. */
    AutoscalingRunnerSet write(AutoscalingRunnerSet set, GitHubUse use) {
        Health listener = isOutdated(set)
                ? Health.problem("Stopped", "the listener is stopped until the runner image is updated")
                : listener(set);
        return write(set, use, listener, isOutdated(set) ? Phase.OUTDATED : Phase.RUNNING);
    }

    /** Reports a change in progress, during which no jobs are accepted. */
    AutoscalingRunnerSet writeWaiting(AutoscalingRunnerSet set, GitHubUse use, Health problem) {
        return write(set, use, problem, Phase.PENDING);
    }

    private AutoscalingRunnerSet write(AutoscalingRunnerSet set, GitHubUse use, Health listener, String phase) {
        EphemeralRunnerSetStatus runners = runnerSetStatus(set);
        Health healthy = healthy(runners);
        Health supported = versionSupported(set);
        Health ready = healthy.isOk() ? listener : healthy;
        ConditionList conditions =
                conditions(set).set(ConditionTypes.SCALE_SET_REGISTERED, confirmations.condition(set));
        setGitHub(conditions, use)
                .set(ConditionTypes.RUNNERS_HEALTHY, healthy)
                .set(ConditionTypes.LISTENER_RUNNING, listener)
                .set(ConditionTypes.VERSION_SUPPORTED, supported)
                .set(
                        Conditions.READY,
                        ready.isOk() ? Health.ok("Ready", "the scale set accepts and runs jobs") : ready);
        Optional<Health> gitHub =
                Conditions.find(conditions.list(), GitHubReachable.TYPE, false).map(Health::of);
        // Jobs may run despite a problem.
        conditions.degraded(gitHub.or(() -> Stream.of(healthy, supported, definitions())
                .filter(part -> !part.isOk())
                .findFirst()));
        for (String type : List.of(ConditionTypes.RUNNER_VERSION_ACCEPTED, Conditions.DEMAND_STALE)) {
            Conditions.find(runners.conditions(), type)
                    .ifPresent(condition -> conditions.set(type, Health.of(condition)));
        }
        conditions.setOrRemove(
                Conditions.LISTENER_SHARED,
                Conditions.find(listenerConditions(set), Conditions.LISTENER_SHARED)
                        .map(Health::of));
        return patch(set, withCounts(set).phase(phase), conditions);
    }

    /** Sets the conditions about GitHub; keeps them if no request was made. */
    private static ConditionList setGitHub(ConditionList conditions, GitHubUse use) {
        GitHubFailure failure = use.failure();
        if (failure != null && failure.isWorthReporting()) {
            conditions.set(GitHubReachable.TYPE, failure.health());
            if (failure.concernsCredentials()) {
                conditions.set(ConditionTypes.CREDENTIALS_VALID, failure.health());
            }
        } else if (failure == null && use.asked()) {
            conditions.set(GitHubReachable.TYPE, GitHubReachable.RESPONDING);
            conditions.set(ConditionTypes.CREDENTIALS_VALID, true, "Accepted", "GitHub accepts the credentials");
        }
        return conditions;
    }

    /** Sums the counts of all its runner sets: those of an earlier controller version may still finish jobs. */
    private AutoscalingRunnerSetStatusBuilder withCounts(AutoscalingRunnerSet set) {
        List<EphemeralRunnerSetStatus> all = related.runnerSets(set).stream()
                .map(EphemeralRunnerSet::statusOrEmpty)
                .toList();
        return set.statusOrEmpty().toBuilder()
                .currentRunners(sum(all, EphemeralRunnerSetStatus::currentReplicas))
                .pendingEphemeralRunners(sum(all, EphemeralRunnerSetStatus::pendingEphemeralRunners))
                .runningEphemeralRunners(sum(all, EphemeralRunnerSetStatus::runningEphemeralRunners))
                .failedEphemeralRunners(sum(all, EphemeralRunnerSetStatus::failedEphemeralRunners));
    }

    private static int sum(List<EphemeralRunnerSetStatus> all, ToIntFunction<EphemeralRunnerSetStatus> number) {
        return all.stream().mapToInt(number).sum();
    }

    /** Reports that the spec cannot be applied; existing objects keep running. */
    AutoscalingRunnerSet writeProblem(AutoscalingRunnerSet set, Health problem) {
        return writeProblem(set, problem, GitHubUse.NONE);
    }

    AutoscalingRunnerSet writeUnregistered(AutoscalingRunnerSet set, GitHubFailure failure) {
        return isWorthReporting(set, failure) ? writeProblem(set, failure.health(), GitHubUse.failed(failure)) : set;
    }

    /**
     * Whether the conditions should report the failure: it is a new one, or the current conditions are not from this
     * controller.
     */
    boolean isWorthReporting(AutoscalingRunnerSet set, GitHubFailure failure) {
        List<Condition> conditions = set.statusOrEmpty().conditions();
        return failure.isWorthReporting()
                || conditions.isEmpty()
                || Conditions.has(conditions, Conditions.READY, false, UninstallReport.REASON);
    }

    private AutoscalingRunnerSet writeProblem(AutoscalingRunnerSet set, Health problem, GitHubUse use) {
        ConditionList conditions =
                setGitHub(conditions(set), use).set(Conditions.READY, problem).degraded(Optional.of(problem));
        if (RegisteredScaleSet.id(set) == 0) {
            conditions.set(ConditionTypes.SCALE_SET_REGISTERED, problem);
        }
        AutoscalingRunnerSetStatus current = set.statusOrEmpty();
        boolean isChange = !set.getMetadata().getGeneration().equals(current.observedGeneration());
        return patch(set, isChange ? current.toBuilder().phase(Phase.PENDING) : current.toBuilder(), conditions);
    }

    /** Whether jobs may not run although the objects are in the desired state. */
    boolean hasProblem(AutoscalingRunnerSet set) {
        return !isOutdated(set)
                && !dropsListenersConditions(set)
                && !(listener(set).isOk() && healthy(runnerSetStatus(set)).isOk());
    }

    private boolean dropsListenersConditions(AutoscalingRunnerSet set) {
        return related.listeners(set).stream()
                .anyMatch(
                        listener -> listeners.dropsStatus(listener.getMetadata().getNamespace(), "conditions"));
    }

    private Health listener(AutoscalingRunnerSet set) {
        return ready(listenerConditions(set), Health.problem("ListenerStarting", "the listener is starting"));
    }

    /** The health that the Ready condition of another object reports. */
    private static Health ready(List<Condition> ofOther, Health unknown) {
        return Conditions.find(ofOther, Conditions.READY).map(Health::of).orElse(unknown);
    }

    private List<Condition> listenerConditions(AutoscalingRunnerSet set) {
        return related.listeners(set).stream()
                .findFirst()
                .map(listener -> listener.statusOrEmpty().conditions())
                .orElse(List.of());
    }

    private static Health healthy(EphemeralRunnerSetStatus runners) {
        return ready(runners.conditions(), Health.ok("NoRunnersYet", "no runner has been created yet"));
    }

    AutoscalingRunnerSet writeDeletion(AutoscalingRunnerSet set, GitHubUse use, String reason, String message) {
        Health listener = Health.problem("Deleting", "the scale set is being deleted and accepts no more jobs");
        ConditionList conditions = setGitHub(conditions(set), use)
                .set(ConditionTypes.LISTENER_RUNNING, listener)
                .set(Conditions.READY, Health.problem(reason, message));
        return patch(set, withCounts(set), conditions);
    }

    /** Whether a deletion no longer waits for GitHub. */
    boolean hasTimedOut(AutoscalingRunnerSet set) {
        return GitHubReachable.hasTimedOut(set.statusOrEmpty().conditions(), clock.instant());
    }

    private AutoscalingRunnerSet patch(
            AutoscalingRunnerSet set, AutoscalingRunnerSetStatusBuilder status, ConditionList conditions) {
        List<Condition> previous = set.statusOrEmpty().conditions();
        AutoscalingRunnerSet patched = sets.patchStatus(
                set,
                set.getStatus(),
                status.conditions(conditions.list())
                        .observedGeneration(set.getMetadata().getGeneration())
                        .build());
        if (patched != set) {
            events.changed(set, previous, conditions.list());
        }
        return patched;
    }

    private ConditionList conditions(AutoscalingRunnerSet set) {
        return new ConditionList(set, set.statusOrEmpty().conditions(), clock.instant());
    }

    private Health versionSupported(AutoscalingRunnerSet set) {
        String chartVersion = DerivedObjects.chartVersion(set);
        return VersionGate.isVersionAllowed(chartVersion, version)
                ? Health.ok("Supported", "the controller supports this version of the chart")
                : Health.problem(
                        "VersionMismatch",
                        "the scale set was installed by chart version %s, the controller is %s: upgrade the older one"
                                .formatted(chartVersion.isEmpty() ? "unknown" : chartVersion, version));
    }

    private Health definitions() {
        String problem = crdProblem.get();
        return new Health(problem.isEmpty(), Conditions.CRD_OUTDATED, problem);
    }

    private EphemeralRunnerSetStatus runnerSetStatus(AutoscalingRunnerSet set) {
        EphemeralRunnerSet runnerSet = runnerSets.get(new Request(
                set.getMetadata().getNamespace(),
                ScaleSetNames.ephemeralRunnerSet(set.getMetadata().getName())));
        return runnerSet == null ? EphemeralRunnerSetStatus.EMPTY : runnerSet.statusOrEmpty();
    }
}
