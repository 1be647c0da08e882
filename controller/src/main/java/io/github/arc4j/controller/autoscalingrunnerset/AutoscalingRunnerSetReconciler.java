package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.errors.InvalidConfigUrlException;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.controller.autoscalingrunnerset.DerivedObjectUpdates.Progress;
import io.github.arc4j.controller.autoscalingrunnerset.derived.DerivedObjects;
import io.github.arc4j.controller.autoscalingrunnerset.derived.RegisteredScaleSet;
import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.github.GitHubCallException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.WarningReconciler;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.controller.kube.deserialization.SpecLimit;
import io.github.arc4j.runtime.Reconciler;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.events.EventRecorder;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reconciles AutoscalingRunnerSets: keeps the scale set on GitHub and the generated objects in line with the spec. */
public final class AutoscalingRunnerSetReconciler implements Reconciler {
    /**
     * How often to retry a name that another object uses; the other object's deletion does not trigger a reconcile of
     * this one.
     */
    private static final Duration NAME_TAKEN_DELAY = Duration.ofSeconds(30);

    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final ScaleSetRegistration registration;
    private final DerivedObjectUpdates updates;
    private final ScaleSetRemoval removal;
    private final RunnerSetStatusWriter status;
    private final AllowedGitHubHosts hosts;
    private final Reconciler passes;

    /**
     * @param crdProblem what the installed CustomResourceDefinitions lack; empty if there is no problem
     * @param version the controller's version, compared with the chart's
     */
    public AutoscalingRunnerSetReconciler(
            Resources resources,
            DerivedObjects derived,
            GitHubClients github,
            AllowedGitHubHosts hosts,
            Supplier<String> crdProblem,
            CollectorRegistry registry,
            EventRecorder events,
            Clock clock,
            String version) {
        this.sets = resources.autoscalingRunnerSets();
        this.hosts = hosts;
        new GitHubSilence(sets.cache(), clock).register(registry);
        Confirmations confirmations = new Confirmations(sets.cache());
        RelatedObjects related = new RelatedObjects(
                sets.cache(),
                resources.ephemeralRunnerSets().cache(),
                resources.autoscalingListeners().cache(),
                confirmations);
        ConditionEvents conditionEvents = new ConditionEvents(events, clock);
        this.status = new RunnerSetStatusWriter(
                resources, related, confirmations, conditionEvents, clock, version, crdProblem);
        RegistrationChecks checks = new RegistrationChecks(sets.cache(), status, clock);
        this.registration = new ScaleSetRegistration(sets, related, github, events, checks, confirmations);
        this.updates = new DerivedObjectUpdates(resources, related, derived);
        this.removal = new ScaleSetRemoval(resources, related, status, github, events);
        this.passes = new WarningReconciler<>(
                this::pass, sets, set -> set.statusOrEmpty().conditions(), Set.of(Conditions.READY), conditionEvents);
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        return passes.reconcile(request);
    }

    private Result pass(Request request) throws Exception {
        AutoscalingRunnerSet set = sets.get(request);
        return set == null ? Result.done() : new Pass(set).run();
    }

    private final class Pass {
        private AutoscalingRunnerSet set;
        private GitHubUse gitHubUse = GitHubUse.NONE;
        private Duration nextCheck = Duration.ZERO;

        Pass(AutoscalingRunnerSet set) {
            this.set = set;
        }

        Result run() throws Exception {
            try {
                return Step.run(
                        this::removeIfDeleted,
                        this::ensureFinalizer,
                        this::rejectInvalidSpec,
                        this::ensureRegistration,
                        this::ensureRunnerSet,
                        this::stopListenerIfOutdated,
                        this::ensureListener,
                        this::writeStatus);
            } catch (GitHubCallException e) {
                set = status.writeUnregistered(set, e.failure());
                return e.failure().result();
            } catch (KubernetesClientException e) {
                if (ResourceClient.isRejected(e)) {
                    problem("RequestRefused", "Kubernetes rejected a request: " + e.getMessage());
                }
                throw e;
            }
        }

        private Step removeIfDeleted() throws Exception {
            if (!set.isMarkedForDeletion()) {
                return Step.next();
            }
            return new Step.Stop(removal.remove(set));
        }

        private Step ensureFinalizer() {
            AutoscalingRunnerSet updated = sets.addFinalizers(set, List.of(Finalizers.AUTOSCALING_RUNNER_SET));
            if (updated == null) {
                return Step.done();
            }
            set = updated;
            return Step.next();
        }

        /** Rejects a spec that no retry can fix; the next reconcile follows the user's next edit. */
        private Step rejectInvalidSpec() {
            AutoscalingRunnerSetSpec spec = set.getSpec();
            Health tooLarge = SpecLimit.problem(spec);
            if (tooLarge != null) {
                return problem(tooLarge);
            }
            Optional<String> rejection;
            try {
                rejection = hosts.rejection(ConfigUrl.parse(spec.githubConfigUrl()));
            } catch (InvalidConfigUrlException e) {
                return problem("InvalidConfigUrl", "spec.githubConfigUrl: " + e.getMessage());
            }
            if (rejection.isPresent()) {
                updates.stopListener(set);
                return problem("GitHubHostNotAllowed", rejection.get());
            }
            if (spec.template() == null || spec.template().getSpec() == null) {
                return problem("InvalidTemplate", "spec.template has no pod spec: add the runner's containers");
            }
            int min = spec.minRunnersOrDefault();
            int max = spec.maxRunnersOrDefault();
            return min > max
                    ? problem(
                            "InvalidLimits",
                            "spec.minRunners %d is greater than spec.maxRunners %d".formatted(min, max))
                    : Step.next();
        }

        /** The response to the patch that stores the registration may contain a newer spec, which is checked, too. */
        private Step ensureRegistration() throws Exception {
            Long checked = set.getMetadata().getGeneration();
            switch (registration.ensure(set)) {
                case ScaleSetRegistration.Outcome.Registered registered -> {
                    set = registered.set();
                    gitHubUse = registered.use();
                    nextCheck = registered.nextCheck();
                    return Objects.equals(checked, set.getMetadata().getGeneration())
                            ? Step.next()
                            : rejectInvalidSpec();
                }
                case ScaleSetRegistration.Outcome.Lost lost -> {
                    set = lost.set();
                    problem("ScaleSetMissing", lost.message());
                    return ensureRegistration();
                }
                case ScaleSetRegistration.Outcome.NameTaken taken -> {
                    set = taken.set();
                    return nameTaken(taken.by());
                }
            }
        }

        /** Stops the listener of an object without its own scale set, which would take the other object's jobs. */
        private Step nameTaken(AutoscalingRunnerSet other) {
            if (RegisteredScaleSet.id(set) == 0) {
                updates.stopListener(set);
            }
            problem(
                    "ScaleSetNameTaken",
                    "scale set %s is used by AutoscalingRunnerSet %s/%s: choose another spec.runnerScaleSetName"
                            .formatted(
                                    ScaleSetSettings.desiredName(set),
                                    other.getMetadata().getNamespace(),
                                    other.getMetadata().getName()));
            return Step.after(NAME_TAKEN_DELAY);
        }

        private Step ensureRunnerSet() {
            return continueWith(updates.ensureRunnerSet(set));
        }

        private Step stopListenerIfOutdated() {
            if (!status.isOutdated(set)) {
                return Step.next();
            }
            updates.stopListener(set);
            return writeStatus();
        }

        private Step ensureListener() {
            return continueWith(updates.ensureListener(set));
        }

        private Step continueWith(Progress progress) {
            return switch (progress) {
                case Progress.Done() -> Step.next();
                case Progress.Waiting(Health reason) -> {
                    set = status.writeWaiting(set, gitHubUse, reason);
                    yield Step.after(nextCheck);
                }
                case Progress.Blocked(Health problem) -> {
                    set = status.writeProblem(set, problem);
                    yield Step.after(NAME_TAKEN_DELAY);
                }
            };
        }

        private Step writeStatus() {
            set = status.write(set, gitHubUse);
            return Step.after(nextCheck);
        }

        private Step problem(String reason, String message) {
            return problem(Health.problem(reason, message));
        }

        private Step problem(Health problem) {
            set = status.writeProblem(set, problem);
            return Step.done();
        }
    }
}
