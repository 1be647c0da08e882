package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Bucket;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.ProxySecret;
import io.github.arc4j.controller.kube.Concurrently;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Reconciler;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.controller.runtime.Step;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the runners of one set at the number that the listener asks for. */
public final class EphemeralRunnerSetReconciler implements Reconciler {
    /** Failed runners stay for so long, for people to look at, before another is made. */
    private static final Duration FAILED_RUNNER_RETENTION = Duration.ofMinutes(1);

    private final ResourceClient<EphemeralRunnerSet> sets;
    private final ResourceClient<EphemeralRunner> runners;
    private final RunnerIndex index;
    private final RunnerTemplate template;
    private final IdleRunnerRemoval idleRemoval;
    private final ProxySecret proxySecret;
    private final SetStatusWriter statusWriter;
    private final ScalingGate gate;
    private final EventRecorder events;
    private final Clock clock;

    public static EphemeralRunnerSetReconciler create(
            Resources resources,
            LabelPropagation propagation,
            ProxySecret proxySecret,
            GitHubClients github,
            CollectorRegistry metrics,
            EventRecorder events,
            Clock clock) {
        RunnerIndex index = new RunnerIndex(resources.ephemeralRunners().cache());
        ScalingGate gate = new ScalingGate(clock);
        return new EphemeralRunnerSetReconciler(
                resources.ephemeralRunnerSets(),
                resources.ephemeralRunners(),
                index,
                new RunnerTemplate(propagation),
                new IdleRunnerRemoval(resources.ephemeralRunners(), github),
                proxySecret,
                gate,
                new SetStatusWriter(resources.ephemeralRunnerSets(), index, gate, new RunnerGauges(metrics), clock),
                events,
                clock);
    }

    private EphemeralRunnerSetReconciler(
            ResourceClient<EphemeralRunnerSet> sets,
            ResourceClient<EphemeralRunner> runners,
            RunnerIndex index,
            RunnerTemplate template,
            IdleRunnerRemoval idleRemoval,
            ProxySecret proxySecret,
            ScalingGate gate,
            SetStatusWriter statusWriter,
            EventRecorder events,
            Clock clock) {
        this.sets = sets;
        this.runners = runners;
        this.index = index;
        this.template = template;
        this.idleRemoval = idleRemoval;
        this.proxySecret = proxySecret;
        this.gate = gate;
        this.statusWriter = statusWriter;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        EphemeralRunnerSet set = sets.get(request.namespace(), request.name());
        return set == null ? Result.done() : new Pass(set).run();
    }

    /** One pass over one set. */
    private final class Pass {
        private EphemeralRunnerSet set;
        private int replaced;
        private @Nullable Duration comeBack;
        private @Nullable GitHubFailure gitHubFailure;

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
                return end();
            }
            if (set.getSpec().ephemeralRunnerSpec().proxy() != null) {
                proxySecret.delete(set, proxySecretName());
            }
            sets.removeFinalizers(set, Set.of(Finalizers.EPHEMERAL_RUNNER_SET, Finalizers.LEGACY_EPHEMERAL_RUNNER_SET));
            gate.forget(set);
            statusWriter.forget(set);
            return Step.done();
        }

        private Step ensureFinalizer() {
            EphemeralRunnerSet protectedNow = sets.addFinalizers(set, List.of(Finalizers.EPHEMERAL_RUNNER_SET));
            if (protectedNow == null) {
                return Step.done();
            }
            set = protectedNow;
            return Step.next();
        }

        private Step ensureProxySecret() throws Exception {
            try {
                proxySecret.ensure(
                        set,
                        proxySecretName(),
                        set.getSpec().ephemeralRunnerSpec().proxy(),
                        set.getMetadata().getNamespace());
                return Step.next();
            } catch (GitHubAccessException e) {
                gitHubFailure = GitHubFailure.of(e);
                events.warning(set, e.reason(), gitHubFailure.message());
                statusWriter.write(set, index.counts(set), gitHubFailure);
                return new Step.Stop(gitHubFailure.result());
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
            if (!former.isEmpty()) {
                replaced += removeEndedAndIdle(former);
            }
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
            removeEndedAndIdle(others);
            statusWriter.write(set, index.counts(set), gitHubFailure);
            return end();
        }

        private Step removeEndedRunners() throws Exception {
            Instant now = clock.instant();
            List<EphemeralRunner> ended = new ArrayList<>(index.in(set, Bucket.FINISHED));
            for (EphemeralRunner runner : index.in(set, Bucket.FAILED)) {
                Duration rest =
                        Duration.between(now, FailedRunners.since(runner).plus(FAILED_RUNNER_RETENTION));
                if (rest.isPositive()) {
                    comeBackAfter(rest);
                } else {
                    ended.add(runner);
                    replaced++;
                }
            }
            Concurrently.run(ended.stream()
                    .<Concurrently.Task>map(runner -> () -> runners.delete(runner))
                    .toList());
            return Step.next();
        }

        private Step scale() throws Exception {
            int missing = set.getSpec().replicas() - index.counts(set).total();
            boolean open = gate.isOpen(set, () -> index.all(set));
            Duration hesitation = open && missing > 0 ? gate.hesitation(set) : Duration.ZERO;
            if (hesitation.isPositive()) {
                open = false;
                comeBackAfter(hesitation);
            }
            int toCreate = open ? missing : Math.min(missing, replaced);
            if (toCreate > 0) {
                create(toCreate);
            } else if (missing < 0 && set.getSpec().patchID() == 0) {
                removeSurplus(-missing);
            }
            if (open) {
                gate.carriedOut(set);
            }
            return Step.next();
        }

        private void create(int number) throws Exception {
            List<Concurrently.Task> tasks = new ArrayList<>(number);
            for (int i = 0; i < number; i++) {
                tasks.add(() -> runners.createOrAdopt(newRunner()));
            }
            Concurrently.runInGrowingWaves(tasks);
        }

        private EphemeralRunner newRunner() {
            EphemeralRunner runner = template.runner(set);
            boolean taken = runners.get(
                            runner.getMetadata().getNamespace(),
                            runner.getMetadata().getName())
                    != null;
            return taken ? newRunner() : runner;
        }

        private void removeSurplus(int surplus) throws Exception {
            List<EphemeralRunner> candidates = new ArrayList<>(index.in(set, Bucket.FAILED));
            candidates.addAll(idleRemoval.idleFirst(index.in(set, Bucket.PENDING)));
            candidates.addAll(idleRemoval.idleFirst(index.in(set, Bucket.RUNNING)));
            removeIdle(candidates, surplus);
        }

        private void removeRunners() throws Exception {
            removeEndedAndIdle(index.all(set).stream()
                    .filter(runner -> Bucket.of(runner) != Bucket.DELETING)
                    .toList());
        }

        /** Deletes runners that ended, and those without a job after taking them off GitHub. */
        private int removeEndedAndIdle(List<EphemeralRunner> candidates) throws Exception {
            List<EphemeralRunner> ended = candidates.stream()
                    .filter(runner -> Bucket.of(runner) != Bucket.PENDING && Bucket.of(runner) != Bucket.RUNNING)
                    .toList();
            Concurrently.run(ended.stream()
                    .<Concurrently.Task>map(runner -> () -> runners.delete(runner))
                    .toList());
            List<EphemeralRunner> living = new ArrayList<>(candidates);
            living.removeAll(ended);
            return ended.size() + removeIdle(living, living.size());
        }

        private int removeIdle(List<EphemeralRunner> candidates, int limit) throws Exception {
            try {
                return idleRemoval.remove(set, candidates, limit);
            } catch (GitHubAccessException e) {
                failed(GitHubFailure.of(e));
            } catch (ActionsException e) {
                failed(GitHubFailure.of(e));
            }
            return 0;
        }

        private void failed(GitHubFailure failure) {
            gitHubFailure = failure;
            if (failure.isNews()) {
                events.warning(set, failure.reason(), failure.message());
            }
        }

        private Step writeStatus() {
            Duration rest = statusWriter.write(set, index.counts(set), gitHubFailure);
            if (rest != null) {
                comeBackAfter(rest);
            }
            return end();
        }

        /** After a failure the key comes back with back-off, or sooner for what is due sooner. */
        private Step end() {
            GitHubFailure failure = gitHubFailure;
            if (failure == null) {
                return comeBack == null ? Step.done() : Step.after(comeBack);
            }
            if (comeBack != null && comeBack.compareTo(failure.delay()) < 0) {
                return new Step.Stop(Result.postponed(comeBack));
            }
            return new Step.Stop(failure.result());
        }

        private void comeBackAfter(Duration delay) {
            comeBack = comeBack == null || delay.compareTo(comeBack) < 0 ? delay : comeBack;
        }
    }
}
