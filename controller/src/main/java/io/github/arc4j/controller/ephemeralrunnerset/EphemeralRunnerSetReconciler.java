package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.FailedRunners;
import io.github.arc4j.controller.ephemeralrunnerset.index.FormerRunnerSets;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.ephemeralrunnerset.scaling.RunnerCount;
import io.github.arc4j.controller.ephemeralrunnerset.scaling.ScalingState;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.WarningReconciler;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.RunnerEndings;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.runtime.Reconciler;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.events.EventRecorder;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the runners of a set at the number that the listener requests. */
public final class EphemeralRunnerSetReconciler implements Reconciler {
    private static final Logger log = LoggerFactory.getLogger(EphemeralRunnerSetReconciler.class);

    /** How often to look for the Secret or ConfigMap that stuck runners lack. */
    private static final Duration RECHECK_PERIOD = Duration.ofSeconds(30);

    private final ResourceClient<EphemeralRunnerSet> sets;
    private final ProxySecret proxySecret;
    private final RunnerIndex index;
    private final RunnerCreation creation;
    private final RunnerDeletion deletion;
    private final DeletionWithoutGitHub deletionWithoutGitHub;
    private final FailedRunners failedRunners;
    private final OutdatedRunners outdatedRunners;
    private final IdleReplacement idleReplacement;
    private final RetainedRunners retainedRunners;
    private final FormerRunnerSets formerSets;
    private final ScalingState scaling;
    private final SetStatusWriter statusWriter;
    private final Reconciler passes;

    public EphemeralRunnerSetReconciler(
            Resources resources,
            LabelPropagation propagation,
            ProxySecret proxySecret,
            GitHubClients github,
            Deregistrations deregistrations,
            RunnerEndings endings,
            RunnerMetrics runnerMetrics,
            CollectorRegistry metrics,
            EventRecorder events,
            Clock clock) {
        ResourceClient<EphemeralRunner> runners = resources.ephemeralRunners();
        ResourceClient<Pod> pods = resources.pods();
        this.sets = resources.ephemeralRunnerSets();
        this.proxySecret = proxySecret;
        this.index = new RunnerIndex(runners.cache(), pods.cache(), clock);
        this.creation = new RunnerCreation(sets.cache(), runners, new RunnerFactory(propagation), clock);
        this.failedRunners = new FailedRunners(index, clock);
        this.outdatedRunners = new OutdatedRunners(sets.cache(), index, clock);
        this.formerSets = new FormerRunnerSets(sets.cache(), index, clock);
        this.scaling = new ScalingState(sets.cache(), runners.cache(), index, formerSets, endings, clock);
        StaleDemand staleDemand = new StaleDemand(sets.cache(), runners.cache(), index, clock);
        this.deletion = new RunnerDeletion(
                runners, pods, github, deregistrations, endings, scaling, staleDemand, runnerMetrics);
        this.deletionWithoutGitHub = new DeletionWithoutGitHub(deletion, pods, events, clock);
        this.idleReplacement = new IdleReplacement(
                resources.autoscalingRunnerSets().cache(), index, formerSets, staleDemand, deletion, events);
        this.retainedRunners = new RetainedRunners(index, scaling, deletion, clock);
        new StuckRunners(sets.cache(), index).register(metrics);
        ConditionEvents conditionEvents = new ConditionEvents(events, clock);
        this.statusWriter =
                new SetStatusWriter(sets, index, scaling, new RunnerGauges(metrics), conditionEvents, clock);
        this.passes = new WarningReconciler<>(
                this::pass, sets, SetStatusWriter::conditions, Set.of(GitHubReachable.TYPE), conditionEvents);
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        return passes.reconcile(request);
    }

    private Result pass(Request request) throws Exception {
        EphemeralRunnerSet set = sets.get(request);
        if (set == null) {
            statusWriter.removeGauges(request);
            return Result.done();
        }
        return new Pass(set).run();
    }

    private final class Pass {
        private final PassOutcome outcome = new PassOutcome();
        private EphemeralRunnerSet set;
        private int creationLimit = Integer.MAX_VALUE;

        Pass(EphemeralRunnerSet set) {
            this.set = set;
        }

        Result run() throws Exception {
            return Step.run(
                    this::removeIfDeleted,
                    this::ensureFinalizer,
                    this::ensureProxySecret,
                    this::replaceFormerTemplate,
                    this::deleteRetainedRunners,
                    this::stopIfOutdated,
                    this::replaceFailedRunners,
                    this::replaceIdleRunners,
                    this::scale,
                    this::writeStatus);
        }

        private Step removeIfDeleted() throws Exception {
            if (!set.isMarkedForDeletion()) {
                return Step.next();
            }
            if (!ForcedDeletion.isRequested(set)) {
                deletion.deleteEndedAndIdle(set, index.all(set), RunnerEnding.SET_DELETED, outcome);
            }
            outcome.repeatAfter(deletionWithoutGitHub.delete(set, index.all(set), outcome.gitHubFailure()));
            if (index.counts(set).all() > 0) {
                outcome.repeatAfter(statusWriter.writeDeletion(set, index.counts(set), outcome.gitHubFailure()));
                return outcome.end();
            }
            if (set.getSpec().ephemeralRunnerSpec().proxy() != null) {
                proxySecret.delete(set, proxySecretName());
            }
            sets.removeFinalizers(set, Finalizers.OF_EPHEMERAL_RUNNER_SET);
            statusWriter.removeGauges(Request.of(set));
            return Step.done();
        }

        /** Either finalizer protects the set; its scale set decides which one it has. */
        private Step ensureFinalizer() {
            if (!Collections.disjoint(set.getMetadata().getFinalizers(), Finalizers.OF_EPHEMERAL_RUNNER_SET)) {
                return Step.next();
            }
            EphemeralRunnerSet protectedNow = sets.addFinalizers(set, List.of(Finalizers.EPHEMERAL_RUNNER_SET));
            if (protectedNow == null) {
                return Step.done();
            }
            set = protectedNow;
            return Step.next();
        }

        private Step ensureProxySecret() throws Exception {
            if (index.countStuck(set) > 0
                    && index.stuck(set).stream()
                            .anyMatch(runner -> runner.statusOrEmpty().reason().equals(PodState.CONFIG_ERROR))) {
                proxySecret.recheck(set); // somebody may have deleted it
                outcome.repeatAfter(RECHECK_PERIOD);
            }
            try {
                proxySecret.ensure(
                        set,
                        proxySecretName(),
                        set.getSpec().ephemeralRunnerSpec().proxy(),
                        set.getMetadata().getNamespace());
                return Step.next();
            } catch (GitHubAccessException e) {
                outcome.failed(GitHubFailure.of(e));
                return writeStatus();
            }
        }

        private String proxySecretName() {
            return ScaleSetNames.runnerProxySecret(
                    set.getMetadata().getNamespace(), set.getMetadata().getName());
        }

        /** Deletes idle runners of a former template immediately; busy ones finish their jobs. */
        private Step replaceFormerTemplate() throws Exception {
            List<EphemeralRunner> former = index.withOtherHash(set).stream()
                    .filter(runner -> !RunnerFactory.isCurrent(set, runner))
                    .toList();
            if (!former.isEmpty()) {
                scaling.templateChanged(set);
            }
            deletion.deleteEndedAndIdle(set, former, RunnerEnding.TEMPLATE_CHANGED, outcome);
            return Step.next();
        }

        private Step deleteRetainedRunners() throws Exception {
            outcome.repeatAfter(retainedRunners.deleteDue(set));
            return Step.next();
        }

        /**
         * While GitHub rejects the runner version, no jobs can run until the template changes or a probe is accepted.
         */
        private Step stopIfOutdated() throws Exception {
            if (index.counts(set).outdated() == 0) {
                return Step.next();
            }
            OutdatedRunners.Plan plan = outdatedRunners.plan(set);
            if (plan.isAccepted()) {
                deletion.deleteEnded(set, plan.obsolete(), RunnerEnding.VERSION_ACCEPTED);
                return Step.next();
            }
            deletion.deleteEndedAndIdle(set, plan.obsolete(), RunnerEnding.VERSION_REJECTED, outcome);
            if (plan.probe()) {
                outdatedRunners.probed(set);
                creation.create(set, 1, () -> true, outcome);
                log.info("Created a runner to test whether GitHub accepts the runner version again");
            }
            outcome.repeatAfter(plan.next());
            return writeStatus();
        }

        private Step replaceFailedRunners() throws Exception {
            FailedRunners.Plan plan = failedRunners.plan(set);
            creationLimit = plan.creationLimit();
            if (plan.next().isPositive()) {
                outcome.repeatAfter(plan.next());
            }
            deletion.deleteEnded(set, plan.replaced(), RunnerEnding.FAILED_A_MINUTE_AGO);
            return Step.next();
        }

        private Step replaceIdleRunners() throws Exception {
            idleReplacement.replace(set, outcome);
            return Step.next();
        }

        private Step scale() throws Exception {
            Duration handover = formerSets.handover(set);
            if (handover.isPositive()) {
                outcome.repeatAfter(handover);
                return Step.next();
            }
            creation.confirm(set);
            ScalingState.Snapshot snapshot = scaling.of(set, outcome.staleJobs(), creationLimit);
            RunnerCount.Decision decision = snapshot.count().decide();
            ScalingState.log(snapshot, decision);
            int created = 0;
            if (decision.create() > 0) {
                created = creation.create(set, decision.create(), this::areMoreDesired, outcome);
            } else if (decision.delete() > 0) {
                deletion.deleteSurplus(set, index, decision.delete(), outcome);
            }
            outcome.repeatAfter(scaling.created(set, snapshot, decision, created));
            outcome.repeatAfter(snapshot.replacements().next());
            return Step.next();
        }

        /** Creating thousands of runners takes a while, and their jobs may be cancelled in the meantime. */
        private boolean areMoreDesired() {
            EphemeralRunnerSet latest = sets.get(Request.of(set));
            return latest != null
                    && !latest.isMarkedForDeletion()
                    && scaling.of(latest, outcome.staleJobs(), creationLimit)
                                    .count()
                                    .decide()
                                    .create()
                            > 0;
        }

        private Step writeStatus() {
            outcome.repeatAfter(statusWriter.write(set, index.counts(set), outcome));
            return outcome.end();
        }
    }
}
