package io.github.arc4j.controller.autoscalingrunnerset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.InvalidConfigUrlException;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Reconciler;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.controller.runtime.Step;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Keeps a runner scale set on GitHub and its objects in step with the user's object. */
public final class AutoscalingRunnerSetReconciler implements Reconciler {
    /** How often a name that another set holds is tried again; the other's end is no event of this object. */
    private static final Duration TAKEN_DELAY = Duration.ofSeconds(30);

    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final ResourceClient<EphemeralRunnerSet> runnerSets;
    private final ResourceClient<AutoscalingListener> listeners;
    private final Family family;
    private final DerivedObjects derived;
    private final DerivedObjectPatches patches;
    private final ScaleSetRegistration registration;
    private final ScaleSetRemoval removal;
    private final RunnerSetStatusWriter status;
    private final GitHubClients github;
    private final EventRecorder events;

    /** @param version of this build, compared with the chart's */
    public static AutoscalingRunnerSetReconciler create(
            Resources resources,
            DerivedObjects derived,
            GitHubClients github,
            EventRecorder events,
            Clock clock,
            String version) {
        ResourceClient<AutoscalingRunnerSet> sets = resources.autoscalingRunnerSets();
        ResourceClient<EphemeralRunnerSet> runnerSets = resources.ephemeralRunnerSets();
        ResourceClient<AutoscalingListener> listeners = resources.autoscalingListeners();
        Family family = new Family(sets.cache(), runnerSets.cache(), listeners.cache());
        ChartProtection protection = new ChartProtection(
                resources.roles(), resources.roleBindings(), resources.serviceAccounts(), resources.secrets());
        return new AutoscalingRunnerSetReconciler(
                sets,
                runnerSets,
                listeners,
                family,
                derived,
                new DerivedObjectPatches(resources.mapper()),
                new ScaleSetRegistration(),
                new ScaleSetRemoval(sets, runnerSets, listeners, family, protection, github, events, clock),
                new RunnerSetStatusWriter(sets, runnerSets, family, clock, version),
                github,
                events);
    }

    private AutoscalingRunnerSetReconciler(
            ResourceClient<AutoscalingRunnerSet> sets,
            ResourceClient<EphemeralRunnerSet> runnerSets,
            ResourceClient<AutoscalingListener> listeners,
            Family family,
            DerivedObjects derived,
            DerivedObjectPatches patches,
            ScaleSetRegistration registration,
            ScaleSetRemoval removal,
            RunnerSetStatusWriter status,
            GitHubClients github,
            EventRecorder events) {
        this.sets = sets;
        this.runnerSets = runnerSets;
        this.listeners = listeners;
        this.family = family;
        this.derived = derived;
        this.patches = patches;
        this.registration = registration;
        this.removal = removal;
        this.status = status;
        this.github = github;
        this.events = events;
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        AutoscalingRunnerSet set = sets.get(request.namespace(), request.name());
        return set == null ? Result.done() : new Pass(set).run();
    }

    /** One pass over one object. */
    private final class Pass {
        private AutoscalingRunnerSet set;

        Pass(AutoscalingRunnerSet set) {
            this.set = set;
        }

        Result run() throws Exception {
            try {
                return Step.run(
                        this::removeIfDeleted,
                        this::ensureFinalizer,
                        this::refuseInvalidSpec,
                        this::register,
                        this::refuseSharedScaleSet,
                        this::followNameAndGroup,
                        this::ensureRunnerSet,
                        this::stopListenerIfOutdated,
                        this::ensureListener,
                        this::writeStatus);
            } catch (GitHubAccessException e) {
                return gitHubFailed(GitHubFailure.of(e));
            } catch (ActionsException e) {
                return gitHubFailed(GitHubFailure.of(e));
            } catch (KubernetesClientException e) {
                if (ResourceClient.isInvalid(e) || ResourceClient.isForbidden(e)) {
                    report("RequestRefused", "Kubernetes refuses a request: " + e.getMessage());
                }
                throw e;
            }
        }

        private Step removeIfDeleted() throws Exception {
            return set.isMarkedForDeletion() ? new Step.Stop(removal.remove(set)) : Step.next();
        }

        private Step ensureFinalizer() {
            AutoscalingRunnerSet protectedNow = sets.addFinalizers(set, List.of(Finalizers.AUTOSCALING_RUNNER_SET));
            if (protectedNow == null) {
                return Step.done();
            }
            set = protectedNow;
            return Step.next();
        }

        /** What no retry can heal waits for the user's next edit. */
        private Step refuseInvalidSpec() {
            AutoscalingRunnerSetSpec spec = set.getSpec();
            try {
                DerivedObjects.urlLabels(set);
            } catch (InvalidConfigUrlException e) {
                report("InvalidConfigUrl", "spec.githubConfigUrl: " + e.getMessage());
                return Step.done();
            }
            if (spec.template() == null || spec.template().getSpec() == null) {
                report("InvalidTemplate", "spec.template has no pod spec: add the runner's containers");
                return Step.done();
            }
            int min = Objects.requireNonNullElse(spec.minRunners(), 0);
            int max = Objects.requireNonNullElse(spec.maxRunners(), Integer.MAX_VALUE);
            if (min > max) {
                report("InvalidLimits", "spec.minRunners %d is above spec.maxRunners %d".formatted(min, max));
                return Step.done();
            }
            return Step.next();
        }

        private Step register() throws Exception {
            String registeredUrl = ScaleSetRegistration.annotation(set, Annotations.REGISTERED_CONFIG_URL);
            boolean moved = !registeredUrl.isEmpty()
                    && !registeredUrl.equals(set.getSpec().githubConfigUrl());
            if (ScaleSetRegistration.id(set) > 0 && !moved) {
                return Step.next();
            }
            RunnerScaleSet answer = registration.register(set, github.client(GitHubAccess.of(set, 0)));
            Optional<AutoscalingRunnerSet> other = family.otherUser(set, answer.id());
            if (other.isPresent()) {
                return taken(other.get());
            }
            if (moved) {
                events.normal(
                        set,
                        "ScaleSetMoved",
                        "spec.githubConfigUrl changed; the scale set at %s is left to GitHub's clean-up"
                                .formatted(registeredUrl));
            }
            remember(answer);
            events.normal(
                    set,
                    "ScaleSetRegistered",
                    "scale set %s has id %d in runner group %s"
                            .formatted(answer.name(), answer.id(), answer.runnerGroupName()));
            return Step.next();
        }

        /** Two that registered at the same moment: the younger one gives way. */
        private Step refuseSharedScaleSet() {
            Optional<AutoscalingRunnerSet> senior = family.otherUser(set, ScaleSetRegistration.id(set))
                    .filter(other -> Family.SENIORITY.compare(other, set) < 0);
            if (senior.isEmpty()) {
                return Step.next();
            }
            ObjectNode patch =
                    patches.annotations(set, Collections.singletonMap(Annotations.RUNNER_SCALE_SET_ID, null));
            set = sets.patch(set, patch);
            family.listeners(set).forEach(listeners::delete);
            return taken(senior.get());
        }

        private Step taken(AutoscalingRunnerSet other) {
            report(
                    "ScaleSetNameTaken",
                    "scale set %s is used by AutoscalingRunnerSet %s/%s: choose another spec.runnerScaleSetName"
                            .formatted(
                                    ScaleSetRegistration.wantedName(set),
                                    other.getMetadata().getNamespace(),
                                    other.getMetadata().getName()));
            return Step.after(TAKEN_DELAY);
        }

        private Step followNameAndGroup() throws Exception {
            if (!registration.needsUpdate(set)) {
                return Step.next();
            }
            int id = ScaleSetRegistration.id(set);
            remember(registration.update(set, github.client(GitHubAccess.of(set, id))));
            return Step.next();
        }

        private void remember(RunnerScaleSet answer) {
            Map<String, String> annotations = new HashMap<>(ScaleSetRegistration.annotations(answer));
            annotations.put(Annotations.REGISTERED_CONFIG_URL, set.getSpec().githubConfigUrl());
            ObjectNode patch = patches.metadata(set, DerivedObjects.urlLabels(set), annotations);
            if (!patch.isEmpty()) {
                set = sets.patch(set, patch);
            }
        }

        private Step ensureRunnerSet() {
            EphemeralRunnerSet wanted = derived.runnerSet(set);
            EphemeralRunnerSet live = runnerSets.get(
                    wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
            if (live == null) {
                runnerSets.createOrAdopt(wanted);
            } else if (live.isMarkedForDeletion()) {
                return Step.done(); // its end wakes this key
            } else {
                ObjectNode patch = patches.between(live, wanted);
                if (!patch.isEmpty()) {
                    runnerSets.patch(live, patch);
                }
            }
            removeFormerRunnerSets(wanted);
            return Step.next();
        }

        /** Earlier versions made a new set for each change; theirs finish their jobs and go. */
        private void removeFormerRunnerSets(EphemeralRunnerSet wanted) {
            family.runnerSets(set).stream()
                    .filter(other -> !other.getMetadata()
                            .getName()
                            .equals(wanted.getMetadata().getName()))
                    .filter(other -> !other.isMarkedForDeletion())
                    .forEach(runnerSets::delete);
        }

        private Step stopListenerIfOutdated() {
            if (!status.isOutdated(set)) {
                return Step.next();
            }
            family.listeners(set).stream()
                    .filter(listener -> !listener.isMarkedForDeletion())
                    .forEach(listeners::delete);
            set = status.write(set);
            return Step.done();
        }

        private Step ensureListener() {
            AutoscalingListener wanted = derived.listener(set);
            boolean waiting = false;
            for (AutoscalingListener live : family.listeners(set)) {
                boolean isWanted =
                        live.getMetadata().getName().equals(wanted.getMetadata().getName())
                                && live.getMetadata()
                                        .getNamespace()
                                        .equals(wanted.getMetadata().getNamespace());
                if (!isWanted && !live.isMarkedForDeletion()) {
                    listeners.delete(live); // two listeners would compete for the session
                }
                waiting |= !isWanted || live.isMarkedForDeletion();
            }
            if (waiting && !family.listeners(set).isEmpty()) {
                return writeStatus(); // their end wakes this key
            }
            AutoscalingListener live = listeners.get(
                    wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
            if (live == null) {
                listeners.create(wanted);
            } else {
                ObjectNode patch = patches.between(live, wanted);
                if (!patch.isEmpty()) {
                    listeners.patch(live, patch);
                }
            }
            return Step.next();
        }

        private Step writeStatus() {
            set = status.write(set);
            return Step.done();
        }

        private Result gitHubFailed(GitHubFailure failure) {
            boolean isUntold =
                    set.getStatus() == null || set.getStatus().conditions().isEmpty();
            if (failure.isNews() || isUntold) {
                report(failure.reason(), failure.message());
            }
            return failure.result();
        }

        private void report(String reason, String message) {
            events.warning(set, reason, message);
            set = status.writeProblem(set, reason, message);
        }
    }
}
