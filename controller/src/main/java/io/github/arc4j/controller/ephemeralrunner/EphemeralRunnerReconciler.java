package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.ephemeralrunner.pod.PodState;
import io.github.arc4j.controller.ephemeralrunner.rules.DisruptionBackoff;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.github.Deregistrations;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.WarningReconciler;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.RunnerObserver;
import io.github.arc4j.controller.runners.UnstartedRunners;
import io.github.arc4j.controller.runtime.Reconciler;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.controller.runtime.Step;
import io.github.arc4j.controller.runtime.cache.Request;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import io.github.arc4j.controller.runtime.events.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
    private final RunnerMetrics metrics;
    private final BusyPods busyPods;
    private final RunnerLog runnerLog;
    private final RunnerEndTimes endTimes;
    private final RunnerObserver observer;
    private final EventRecorder events;
    private final Clock clock;

    /**
     * @param isApiServerBusy whether to defer non-urgent status writes
     * @param deregistrations removes runners from GitHub; runner sets use the same one
     * @param unstarted takes the runners that cannot start, for their sets
     * @param version the controller's version, for the runner's user agent
     */
    public static Reconciler create(
            Resources resources,
            BooleanSupplier isApiServerBusy,
            LabelPropagation propagation,
            GitHubClients github,
            Deregistrations deregistrations,
            UnstartedRunners unstarted,
            Duration startTimeout,
            RunnerMetrics metrics,
            RunnerObserver observer,
            EventRecorder events,
            Clock clock,
            String version) {
        ResourceClient<EphemeralRunner> runners = resources.ephemeralRunners();
        ResourceClient<Pod> pods = resources.pods();
        RunnerRegistration registration = new RunnerRegistration(resources.secrets(), propagation, deregistrations);
        RunnerPolicies policies =
                new RunnerPolicies(resources.ephemeralRunnerSets().cache());
        RunnerRemoval removal = new RunnerRemoval(
                resources.live(), resources.secrets(), runners, pods, github, deregistrations, events, clock);
        RunnerRetention retention = new RunnerRetention(runners, policies, removal, clock);
        EphemeralRunnerReconciler reconciler = new EphemeralRunnerReconciler(
                runners,
                pods,
                registration,
                new RunnerVerdicts(
                        pods,
                        registration,
                        new PodStart(
                                runners.cache(),
                                pods,
                                registration,
                                policies,
                                github,
                                deregistrations,
                                unstarted,
                                metrics,
                                clock,
                                version),
                        new DisruptionBackoff(runners.cache(), clock),
                        new RegistrationCheck(runners.cache(), github, clock),
                        policies,
                        new JobCompletions(runners.cache(), policies, clock),
                        new TerminatingRunners(runners.cache(), github, deregistrations),
                        retention,
                        github,
                        deregistrations,
                        startTimeout,
                        clock,
                        isApiServerBusy),
                removal,
                retention,
                metrics,
                new BusyPods(
                        pods, runners.cache(), resources.ephemeralRunnerSets().cache(), policies, events, clock),
                new RunnerLog(runners.cache(), metrics, clock),
                new RunnerEndTimes(runners.cache(), metrics, clock),
                observer,
                events,
                clock);
        return new WarningReconciler<>(
                reconciler,
                runners,
                runner -> runner.statusOrEmpty().conditions(),
                Set.of(GitHubReachable.TYPE),
                new ConditionEvents(events, clock));
    }

    private EphemeralRunnerReconciler(
            ResourceClient<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            RunnerRegistration registration,
            RunnerVerdicts verdicts,
            RunnerRemoval removal,
            RunnerRetention retention,
            RunnerMetrics metrics,
            BusyPods busyPods,
            RunnerLog runnerLog,
            RunnerEndTimes endTimes,
            RunnerObserver observer,
            EventRecorder events,
            Clock clock) {
        this.runners = runners;
        this.pods = pods;
        this.registration = registration;
        this.verdicts = verdicts;
        this.removal = removal;
        this.retention = retention;
        this.metrics = metrics;
        this.busyPods = busyPods;
        this.runnerLog = runnerLog;
        this.endTimes = endTimes;
        this.observer = observer;
        this.events = events;
        this.clock = clock;
    }

    /** The GitHub ID of a runner, from its pod, which has it first, or its status; 0 if neither has it. */
    public static long runnerId(EphemeralRunner runner, @Nullable Pod pod) {
        return Statuses.runnerId(runner, pod);
    }

    /** Whether the runner has a job, and its pod has yet to be marked as busy. */
    public static boolean awaitsMark(
            EphemeralRunner runner, ResourceCache<Pod> pods, ResourceCache<EphemeralRunnerSet> sets) {
        return BusyPods.awaitsMark(runner, pods, sets);
    }

    /**
     * The runner to reconcile because of a pod that container hooks have created for its job; empty unless the pod has
     * yet to be marked.
     */
    public static List<Request> runnerOfUnmarkedHookPod(
            Pod pod, ResourceCache<EphemeralRunner> runners, ResourceCache<EphemeralRunnerSet> sets) {
        return BusyPods.runnerOfUnmarkedHookPod(pod, runners, sets).stream().toList();
    }

    /** Whether a runner's pod has ended, so that the runner's other objects can be deleted. */
    public static boolean hasEnded(Pod pod) {
        return PodState.of(pod).isEnd();
    }

    /** Whether the runner is known to take no job although it runs: it is offline, or has not exited after its job. */
    public static boolean isHung(EphemeralRunner runner) {
        return Conditions.since(runner.statusOrEmpty().conditions(), Statuses.ONLINE, false)
                        .isPresent()
                || Statuses.jobCompleted(runner).isPresent();
    }

    /** Whether the runner in a pod may run a job, now or later. */
    public static boolean mayRun(Pod pod, Instant now) {
        return PodState.mayRun(pod, now);
    }

    /** The runners whose jobs the listener has reported as completed since the previous state of their set. */
    public static Set<Request> withCompletedJobs(
            @Nullable EphemeralRunnerSet before, @Nullable EphemeralRunnerSet after) {
        return JobCompletions.newlyReported(before, after);
    }

    /** Whether the status reports that a Secret or ConfigMap of the runner's pod is missing. */
    public static boolean missesConfiguration(EphemeralRunner runner) {
        return runner.statusOrEmpty().reason().equals(PodState.CONFIG_ERROR);
    }

    /** Whether the runner in a pod exited successfully, usually after a job. */
    public static boolean hasSucceeded(Pod pod) {
        return PodState.of(pod) instanceof PodState.Succeeded;
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        EphemeralRunner runner = runners.get(request.namespace(), request.name());
        if (runner == null) {
            observer.removed(request);
            return Result.done();
        }
        return new Pass(runner).run();
    }

    /** One reconcile of one runner. */
    private final class Pass {
        private final CurrentRunner runner;
        private final @Nullable Pod pod;

        Pass(EphemeralRunner snapshot) {
            this.pod = pods.get(
                    snapshot.getMetadata().getNamespace(),
                    snapshot.getMetadata().getName());
            this.runner = new CurrentRunner(runners, removal, metrics, events, clock, snapshot, pod);
        }

        Result run() throws Exception {
            runnerLog.observe(runner.get(), pod);
            endTimes.observe(runner.get(), pod);
            observer.observed(runner.get(), pod);
            Optional<Duration> nextMark = busyPods.mark(runner.get(), pod);
            Result result = follow();
            // A retry comes soon enough, and its backoff is not to be shortened.
            return result instanceof Result.Retry
                    ? result
                    : nextMark.map(result::within).orElse(result);
        }

        private Result follow() throws Exception {
            try {
                return Step.run(
                        this::removeIfDeleted,
                        this::cleanUpIfDone,
                        this::continueRemoval,
                        this::ensureFinalizers,
                        this::applyRules);
            } catch (GitHubAccessException e) {
                return gitHubFailed(GitHubFailure.of(e));
            } catch (ActionsException e) {
                return gitHubFailed(GitHubFailure.of(e));
            }
        }

        private Step removeIfDeleted() throws Exception {
            return runner.get().isMarkedForDeletion() ? new Step.Stop(removal.remove(runner.get(), pod)) : Step.next();
        }

        private Step cleanUpIfDone() throws Exception {
            if (!runner.status().done()) {
                return Step.next();
            }
            if (Retention.isRetained(runner.get())) {
                return new Step.Stop(retention.resume(runner.get(), pod));
            }
            if (pod != null && !pod.isMarkedForDeletion()) {
                pods.delete(pod);
                registration.deleteJitConfig(runner.get());
            }
            return Step.done();
        }

        /** Continues after a reconcile that failed, or was terminated, before it deleted the object. */
        private Step continueRemoval() throws Exception {
            return removal.hasBegun(runner.get(), pod)
                    ? new Step.Stop(removal.removeEnded(runner.get(), pod))
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
                EphemeralRunnerStatus desired =
                        Statuses.gitHubFailed(runner.get(), failure.reason(), failure.message(), clock.instant());
                runner.writeStatus(desired);
            }
            return failure.result();
        }
    }
}
