package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubCallException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.Abandonment;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes runners from GitHub: those that are deleted, have finished or failed, or whose pods are being terminated. */
final class RunnerDeregistration {
    private static final Logger log = LoggerFactory.getLogger(RunnerDeregistration.class);

    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final GitHubClients github;
    private final Deregistrations deregistrations;
    private final EventRecorder events;
    private final Clock clock;
    /** The UID of the terminating pod for which GitHub has answered, by runner. */
    private final PerObject<String> answered;

    RunnerDeregistration(
            ResourceClient<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            GitHubClients github,
            Deregistrations deregistrations,
            EventRecorder events,
            Clock clock) {
        this.runners = runners;
        this.pods = pods;
        this.github = github;
        this.deregistrations = deregistrations;
        this.events = events;
        this.clock = clock;
        this.answered = new PerObject<>(runners.cache());
    }

    /** Whether a runner's object still waits for its deregistration. */
    static boolean isDue(EphemeralRunner runner) {
        return runner.getMetadata().getFinalizers().contains(Finalizers.EPHEMERAL_RUNNER_REGISTRATION);
    }

    /**
     * Removes the runner from GitHub, or reports in its status what prevents that.
     *
     * @param jobDelay when to ask again if GitHub keeps the runner until its job ends
     * @return when to try again; null if GitHub no longer has the runner, or is not asked again
     */
    @Nullable Result run(EphemeralRunner runner, @Nullable Pod pod, Duration jobDelay) throws InterruptedException {
        if (!isDue(runner)) {
            return null;
        }
        if (ForcedDeletion.isRequested(runner)) {
            events.warning(
                    runner,
                    RunnerEnding.FORCED.reason(),
                    "deleted without contacting GitHub, which removes the runner later by itself");
            return null;
        }
        try {
            long id = pod == null ? 0 : RunnerPod.runnerId(runner, pod);
            Deregistrations.Outcome outcome = github.call(GitHubAccess.of(runner), api -> {
                Deregistrations.Outcome byId = deregistrations.remove(runner, id, api);
                // A terminated reconcile, or a pod that no longer exists, may have left a registration that the status
                // does not contain, and the pod may contain the ID of another runner.
                return byId == Deregistrations.Outcome.NOT_FOUND ? deregistrations.removeByName(runner, api) : byId;
            });
            if (outcome != Deregistrations.Outcome.HAS_JOB) {
                return null;
            }
            report(runner, runner.statusOrEmpty(), null);
            return Result.after(jobDelay);
        } catch (GitHubCallException e) {
            return failed(runner, pod, e.failure());
        }
    }

    /** The same for a runner whose job has ended, which GitHub has usually removed by itself. A failure is harmless. */
    void tryOnce(EphemeralRunner runner, Pod pod) throws InterruptedException {
        long id = RunnerPod.runnerId(runner, pod);
        if (id == 0 || !isDue(runner) || ForcedDeletion.isRequested(runner)) {
            return;
        }
        try {
            remove(runner, id);
        } catch (GitHubCallException e) {
            log.debug(
                    "Could not remove the finished runner from GitHub, which removes it by itself: {}", e.getMessage());
        }
    }

    /**
     * Removes an idle runner whose pod is being terminated, e.g. because its node is drained, unless it has a job that
     * is not on record yet. Otherwise, GitHub could give it a job, which would be killed at the end of the grace
     * period. The process of a removed runner exits by itself, usually long before that.
     *
     * <p>The runner's object stays: it gets another pod, with another registration, as soon as the terminating pod no
     * longer exists. GitHub is asked once for each pod, and again after a restart of the controller.
     *
     * @param untilLost when the pod counts as lost
     */
    Step removeIdle(EphemeralRunner runner, Pod terminating, Duration untilLost) throws InterruptedException {
        long id = RunnerPod.runnerId(runner, terminating);
        String uid = terminating.getMetadata().getUid();
        if (id == 0 || uid.equals(answered.get(runner))) {
            return Step.after(untilLost);
        }
        try {
            switch (remove(runner, id)) {
                case REMOVED -> log.info("Removed the idle runner from GitHub, because its pod is being terminated");
                case HAS_JOB -> log.info("The runner's pod is being terminated, but GitHub has given the runner a job");
                case NOT_FOUND -> {}
            }
        } catch (GitHubCallException e) {
            return new Step.Stop(e.failure().result().within(untilLost));
        }
        answered.put(runner, uid);
        return Step.after(untilLost);
    }

    /** Removes the runner from GitHub, where it seems to have this ID. */
    Deregistrations.Outcome remove(EphemeralRunner runner, long id) throws GitHubCallException, InterruptedException {
        return github.call(GitHubAccess.of(runner), api -> deregistrations.remove(runner, id, api));
    }

    private @Nullable Result failed(EphemeralRunner runner, @Nullable Pod pod, GitHubFailure failure) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        boolean isAbandoned = Abandonment.isDue(
                GitHubReachable.hasTimedOut(status.conditions(), clock.instant()),
                failure.isLockout(),
                status.hasJob(),
                () -> pod != null && PodState.mayRun(pod, clock.instant()));
        if (isAbandoned && (pod != null || pods.getLive(Request.of(runner)) == null)) {
            events.warning(
                    runner,
                    RunnerEnding.REGISTRATION_ABANDONED.reason(),
                    "could not ask GitHub to remove the runner; GitHub removes it later by itself: "
                            + failure.message());
            return null;
        }
        if (failure.isWorthReporting()) {
            report(runner, Statuses.gitHubFailed(runner, failure, clock.instant()), failure);
        }
        return failure.result();
    }

    /** Writes the status with the condition that says whether GitHub can be reached. */
    private void report(EphemeralRunner runner, EphemeralRunnerStatus status, @Nullable GitHubFailure failure) {
        EphemeralRunnerStatus desired = status.toBuilder()
                .conditions(GitHubReachable.after(status.conditions(), failure, runner, clock.instant()))
                .build();
        runners.patchStatus(runner, runner.getStatus(), desired);
    }
}
