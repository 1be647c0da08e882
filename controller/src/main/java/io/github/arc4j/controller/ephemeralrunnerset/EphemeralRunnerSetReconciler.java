package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Bucket;
import io.github.arc4j.controller.github.Deregistrations;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.github.ProxySecret;
import io.github.arc4j.controller.kube.ConditionEvents;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.WarningReconciler;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Reconciler;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.ResourceCache;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.controller.runtime.Step;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Keeps the runners of one set at the number that the listener asks for. */
public final class EphemeralRunnerSetReconciler implements Reconciler {
    /** How often to look at what runners miss. */
    private static final Duration RECHECK_PERIOD = Duration.ofSeconds(30);

    private final ResourceClient<EphemeralRunnerSet> sets;
    private final RunnerIndex index;
    private final RunnerCreation creation;
    private final RunnerRemovals removals;
    private final RunnerAbandonment abandonment;
    private final FailedRunners failedRunners;
    private final FormerRunnerSets formerSets;
    private final Demand demand;
    private final ProxySecret proxySecret;
    private final RunnerPods runnerPods;
    private final SetStatusWriter statusWriter;

    public static Reconciler create(
            Resources resources,
            LabelPropagation propagation,
            ProxySecret proxySecret,
            GitHubClients github,
            RunnerPods runnerPods,
            Deregistrations deregistrations,
            CollectorRegistry metrics,
            EventRecorder events,
            Clock clock) {
        ResourceClient<EphemeralRunnerSet> sets = resources.ephemeralRunnerSets();
        ResourceClient<EphemeralRunner> runners = resources.ephemeralRunners();
        RunnerIndex index = new RunnerIndex(runners.cache());
        DepartingRunners departing =
                new DepartingRunners(index, resources.pods().cache(), runnerPods::mayRun);
        FormerRunnerSets formerSets = new FormerRunnerSets(sets.cache(), index, departing, clock);
        ScalingGate gate = new ScalingGate(sets.cache());
        ConditionEvents conditionEvents = new ConditionEvents(events, clock);
        EphemeralRunnerSetReconciler reconciler = new EphemeralRunnerSetReconciler(
                sets,
                index,
                new RunnerCreation(sets.cache(), runners, new RunnerTemplate(propagation), clock),
                new RunnerRemovals(runners, resources.pods(), runnerPods, github, deregistrations),
                new RunnerAbandonment(runners, resources.pods(), runnerPods, events, clock),
                new FailedRunners(index, clock),
                formerSets,
                new Demand(
                        index,
                        departing,
                        formerSets,
                        gate,
                        new JobAccount(
                                sets.cache(),
                                runners.cache(),
                                resources.pods().cache(),
                                runnerPods::hasSucceeded,
                                clock),
                        new Replacements(sets.cache(), runners.cache())),
                proxySecret,
                runnerPods,
                new SetStatusWriter(sets, index, gate, new RunnerGauges(metrics), conditionEvents, clock));
        return new WarningReconciler<>(
                reconciler, sets, SetStatusWriter::conditions, Set.of(GitHubReachable.TYPE), conditionEvents);
    }

    private EphemeralRunnerSetReconciler(
            ResourceClient<EphemeralRunnerSet> sets,
            RunnerIndex index,
            RunnerCreation creation,
            RunnerRemovals removals,
            RunnerAbandonment abandonment,
            FailedRunners failedRunners,
            FormerRunnerSets formerSets,
            Demand demand,
            ProxySecret proxySecret,
            RunnerPods runnerPods,
            SetStatusWriter statusWriter) {
        this.sets = sets;
        this.index = index;
        this.creation = creation;
        this.removals = removals;
        this.abandonment = abandonment;
        this.failedRunners = failedRunners;
        this.formerSets = formerSets;
        this.demand = demand;
        this.proxySecret = proxySecret;
        this.runnerPods = runnerPods;
        this.statusWriter = statusWriter;
    }

    /** The set that may make more runners when this one, of a former set of its scale set, ends. */
    public static List<Request> successorOfSetOf(EphemeralRunner runner, ResourceCache<EphemeralRunnerSet> sets) {
        return FormerRunnerSets.successorOfSetOf(runner, sets);
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        EphemeralRunnerSet set = sets.get(request.namespace(), request.name());
        if (set == null) {
            statusWriter.removeGauges(request);
            return Result.done();
        }
        return new Pass(set).run();
    }

    /** One pass over one set. */
    private final class Pass {
        private final Findings findings = new Findings();
        private EphemeralRunnerSet set;
        private int newRunnersAllowed = Integer.MAX_VALUE;

        Pass(EphemeralRunnerSet set) {
            this.set = set;
        }

        Result run() throws Exception {
            return Step.run(
                    this::removeIfDeleted,
                    this::ensureFinalizer,
                    this::ensureProxySecret,
                    this::replaceFormerTemplate,
                    this::stopIfOutdated,
                    this::removeEndedRunners,
                    this::scale,
                    this::writeStatus);
        }

        private Step removeIfDeleted() throws Exception {
            if (!set.isMarkedForDeletion()) {
                return Step.next();
            }
            removeRunners();
            if (index.counts(set).all() > 0) {
                findings.comeBackAfter(statusWriter.writeDeletion(set, index.counts(set), findings.gitHubFailure()));
                return findings.end();
            }
            if (set.getSpec().ephemeralRunnerSpec().proxy() != null) {
                proxySecret.delete(set, proxySecretName());
            }
            sets.removeFinalizers(set, Finalizers.OF_EPHEMERAL_RUNNER_SET);
            statusWriter.removeGauges(Request.of(set));
            return Step.done();
        }

        /** Either of the two protects the set; which of them it should be is up to its scale set. */
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
            if (index.countStuck(set) > 0 && index.stuck(set).stream().anyMatch(runnerPods::missesConfiguration)) {
                proxySecret.recheck(set); // somebody may have deleted it
                findings.comeBackAfter(RECHECK_PERIOD);
            }
            try {
                proxySecret.ensure(
                        set,
                        proxySecretName(),
                        set.getSpec().ephemeralRunnerSpec().proxy(),
                        set.getMetadata().getNamespace());
                return Step.next();
            } catch (GitHubAccessException e) {
                findings.met(e);
                return writeStatus();
            }
        }

        private String proxySecretName() {
            return ScaleSetNames.runnerProxySecret(
                    set.getMetadata().getNamespace(), set.getMetadata().getName());
        }

        /** Idle runners of a former template go at once, busy ones finish their jobs. */
        private Step replaceFormerTemplate() throws Exception {
            List<EphemeralRunner> former = index.withOtherHash(set).stream()
                    .filter(runner -> Bucket.of(runner) != Bucket.DELETING)
                    .filter(runner -> !SpecComparison.same(runner.getSpec(), RunnerTemplate.spec(set)))
                    .toList();
            removeEndedAndIdle(former, runner -> demand.replaces(set, runner));
            return Step.next();
        }

        /** With runners that GitHub refuses nothing more can run until the template changes. */
        private Step stopIfOutdated() throws Exception {
            if (index.counts(set).outdated() == 0) {
                return Step.next();
            }
            List<EphemeralRunner> others = index.all(set).stream()
                    .filter(runner -> Bucket.of(runner) != Bucket.OUTDATED && Bucket.of(runner) != Bucket.DELETING)
                    .toList();
            removeEndedAndIdle(others, runner -> {});
            return writeStatus();
        }

        private Step removeEndedRunners() throws Exception {
            FailedRunners.Plan plan = failedRunners.plan(set);
            List<EphemeralRunner> ended = new ArrayList<>(index.in(set, Bucket.FINISHED));
            ended.addAll(plan.replaced());
            plan.replaced().forEach(runner -> demand.replaces(set, runner));
            newRunnersAllowed = plan.newRunners();
            if (plan.next().isPositive()) {
                findings.comeBackAfter(plan.next());
            }
            removals.removeEnded(ended);
            return Step.next();
        }

        private Step scale() throws Exception {
            Duration handover = formerSets.handover(set);
            if (handover.isPositive()) {
                findings.comeBackAfter(handover);
                return Step.next();
            }
            creation.settle(set);
            Demand.Balance balance = demand.of(set);
            int toMake = Math.min(balance.toMake(), newRunnersAllowed);
            int made = 0;
            if (toMake > 0) {
                made = create(toMake);
            } else if (balance.surplus() > 0 && set.getSpec().patchID() == 0) {
                removeSurplus(balance.surplus());
            }
            findings.comeBackAfter(demand.made(set, balance, made));
            return Step.next();
        }

        private int create(int number) throws Exception {
            RunnerCreation.Outcome outcome = creation.create(set, number, this::areMoreWished);
            RunnerCreation.Refusal refusal = outcome.refusal();
            if (refusal != null) {
                findings.met(Trouble.of(refusal));
                findings.comeBackAfter(creation.rest(refusal));
            } else if (outcome.number() < number) {
                findings.comeBackAfter(Duration.ZERO);
            }
            return outcome.number();
        }

        /** To make thousands takes a while, and their jobs may be cancelled meanwhile. */
        private boolean areMoreWished() {
            EphemeralRunnerSet now =
                    sets.get(set.getMetadata().getNamespace(), set.getMetadata().getName());
            return now != null && !now.isMarkedForDeletion() && demand.isBelow(now);
        }

        private void removeSurplus(int surplus) throws Exception {
            List<EphemeralRunner> candidates = new ArrayList<>(index.in(set, Bucket.FAILED));
            candidates.addAll(removals.idleFirst(index.in(set, Bucket.PENDING)));
            candidates.addAll(removals.idleFirst(index.in(set, Bucket.RUNNING)));
            removeIdle(candidates, surplus, runner -> {});
        }

        private void removeRunners() throws Exception {
            if (!ForcedDeletion.isAsked(set)) {
                removeEndedAndIdle(
                        index.all(set).stream()
                                .filter(runner -> Bucket.of(runner) != Bucket.DELETING)
                                .toList(),
                        runner -> {});
            }
            findings.comeBackAfter(abandonment.remove(set, index.all(set), findings.gitHubFailure()));
        }

        /**
         * Deletes runners that ended, and those without a job after taking them off GitHub.
         *
         * @param beforeDeletion told of each of them
         */
        private void removeEndedAndIdle(List<EphemeralRunner> candidates, Consumer<EphemeralRunner> beforeDeletion)
                throws Exception {
            List<EphemeralRunner> ended = candidates.stream()
                    .filter(runner -> Bucket.of(runner) != Bucket.PENDING && Bucket.of(runner) != Bucket.RUNNING)
                    .toList();
            ended.forEach(beforeDeletion);
            removals.removeEnded(ended);
            List<EphemeralRunner> living = new ArrayList<>(candidates);
            living.removeAll(ended);
            removeIdle(living, living.size(), beforeDeletion);
        }

        private void removeIdle(List<EphemeralRunner> candidates, int limit, Consumer<EphemeralRunner> beforeDeletion)
                throws Exception {
            try {
                removals.remove(set, candidates, limit, beforeDeletion);
            } catch (GitHubAccessException e) {
                findings.met(e);
            } catch (ActionsException e) {
                findings.met(e);
            }
        }

        private Step writeStatus() {
            findings.comeBackAfter(statusWriter.write(set, index.counts(set), findings.trouble()));
            return findings.end();
        }
    }
}
