package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.ephemeralrunner.rules.RemovalRules;
import io.github.arc4j.controller.ephemeralrunner.rules.RunnerRules;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.github.GitHubCallException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.WarningReconciler;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.RunnerEndings;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.RunnerObserver;
import io.github.arc4j.runtime.Reconciler;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reconciles EphemeralRunners: registers a runner, creates its pod, and removes both after its job. */
public final class EphemeralRunnerReconciler implements Reconciler {
    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final RunnerVerdicts verdicts;
    private final RunnerRemoval removal;
    private final RunnerRetention retention;
    private final BusyPods busyPods;
    private final RunnerLog runnerLog;
    private final RunnerEndTimes endTimes;
    private final RunnerObserver observer;
    private final EventRecorder events;
    private final Clock clock;

    private final Reconciler passes;

    /**
     * @param isApiServerBusy whether to defer non-urgent status writes
     * @param deregistrations removes runners from GitHub; runner sets use the same one
     * @param endings receives why runners are deleted; runner sets use the same one
     * @param version the controller's version, for the runner's user agent
     */
    public EphemeralRunnerReconciler(
            Resources resources,
            BooleanSupplier isApiServerBusy,
            LabelPropagation propagation,
            GitHubClients github,
            Deregistrations deregistrations,
            RunnerEndings endings,
            Duration startTimeout,
            RunnerMetrics metrics,
            RunnerObserver observer,
            EventRecorder events,
            Clock clock,
            String version) {
        this.runners = resources.ephemeralRunners();
        this.pods = resources.pods();
        this.observer = observer;
        this.events = events;
        this.clock = clock;
        this.registration = new RunnerRegistration(resources.secrets(), propagation, deregistrations);
        RunnerPolicies policies =
                new RunnerPolicies(resources.ephemeralRunnerSets().cache());
        this.runnerLog = new RunnerLog(runners.cache(), metrics, clock);
        RunnerDeregistration deregistration =
                new RunnerDeregistration(runners, pods, github, deregistrations, events, clock);
        this.removal = new RunnerRemoval(resources, deregistration, endings, runnerLog, observer, metrics, clock);
        this.retention = new RunnerRetention(policies, removal, clock);
        this.verdicts = new RunnerVerdicts(
                runners.cache(),
                pods,
                registration,
                new PodStart(
                        runners.cache(), pods, registration, policies, github, deregistration, metrics, clock, version),
                policies,
                github,
                deregistration,
                deregistrations,
                startTimeout,
                clock,
                isApiServerBusy);
        this.busyPods = new BusyPods(pods, runners.cache(), policies, events, clock);
        this.endTimes = new RunnerEndTimes(runners.cache(), metrics, clock);
        this.passes = new WarningReconciler<>(
                this::pass,
                runners,
                runner -> runner.statusOrEmpty().conditions(),
                Set.of(GitHubReachable.TYPE),
                new ConditionEvents(events, clock));
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        return passes.reconcile(request);
    }

    private Result pass(Request request) throws Exception {
        EphemeralRunner runner = runners.get(request);
        if (runner == null) {
            observer.removed(request);
            return Result.done();
        }
        return new Pass(runner).run();
    }

    private final class Pass {
        private final CurrentRunner runner;
        private final @Nullable Pod pod;

        Pass(EphemeralRunner snapshot) {
            this.pod = pods.get(Request.of(snapshot));
            this.runner = new CurrentRunner(runners, removal, retention, events, clock, snapshot, pod);
        }

        Result run() throws Exception {
            runnerLog.observe(runner.get(), pod);
            endTimes.observe(runner.get(), pod);
            observer.observed(runner.get(), pod);
            Optional<Duration> nextMark = busyPods.mark(runner.get(), pod);
            Result result = follow();
            // A retry is early enough, and its backoff must not be shortened.
            return result instanceof Result.Retry
                    ? result
                    : nextMark.map(result::within).orElse(result);
        }

        private Result follow() throws Exception {
            try {
                return Step.run(
                        this::removeIfDeleted,
                        this::endIfDone,
                        this::continueRemoval,
                        this::ensureFinalizers,
                        this::applyRules);
            } catch (GitHubCallException e) {
                return gitHubFailed(e.failure());
            }
        }

        private Step removeIfDeleted() throws Exception {
            return runner.get().isMarkedForDeletion() ? new Step.Stop(removal.remove(runner.get(), pod)) : Step.next();
        }

        private Step endIfDone() throws Exception {
            if (!runner.status().done()) {
                return Step.next();
            }
            if (Retention.isRetained(runner.get())) {
                return new Step.Stop(retention.resume(runner.get(), pod));
            }
            if (Phase.SUCCEEDED.equals(runner.status().phase())) {
                return runner.end(RunnerRules.finished());
            }
            if (pod != null && !pod.isMarkedForDeletion()) {
                pods.delete(pod);
                registration.deleteJitConfig(runner.get());
            }
            return Step.done();
        }

        /** Continues after a reconcile that failed, or was terminated, before it deleted the object. */
        private Step continueRemoval() throws Exception {
            return RemovalRules.hasBegun(runner.get(), pod)
                    ? new Step.Stop(removal.removeEnded(runner.get(), pod, RunnerEnding.FINISHED))
                    : Step.next();
        }

        private Step ensureFinalizers() {
            EphemeralRunner updated = runners.addFinalizers(runner.get(), Finalizers.OF_EPHEMERAL_RUNNER);
            if (updated == null) {
                return Step.done();
            }
            runner.update(updated);
            return Step.next();
        }

        private Step applyRules() throws Exception {
            return verdicts.apply(runner, pod);
        }

        private Result gitHubFailed(GitHubFailure failure) {
            if (failure.isWorthReporting() && !runner.get().isMarkedForDeletion()) {
                runner.writeStatus(Statuses.gitHubFailed(runner.get(), failure, clock.instant()));
            }
            return failure.result();
        }
    }
}
