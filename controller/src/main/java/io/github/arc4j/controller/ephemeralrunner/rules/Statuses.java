package io.github.arc4j.controller.ephemeralrunner.rules;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.RunnerRunning;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.conditions.ConditionList;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.runners.HungRunner;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import io.github.arc4j.runtime.events.MessageText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Builds the next status of a runner from its current one. Pure functions; job fields are never changed. */
public final class Statuses {
    private Statuses() {}

    /** Whether the status contains the registration that the pod uses. */
    public static boolean isRecorded(EphemeralRunner runner, Pod pod) {
        long recorded = runner.statusOrEmpty().runnerId();
        return recorded > 0 && recorded == RunnerPod.runnerId(runner, pod);
    }

    /** The runner is registered on GitHub and has a pod. */
    public static EphemeralRunnerStatus registered(EphemeralRunner runner, long runnerId, Instant now) {
        return with(
                identified(runner.statusOrEmpty(), runner, runnerId)
                        .phase(Phase.PENDING)
                        .reason("")
                        .message("")
                        .ready(false),
                runner,
                false,
                "PodStarting",
                "the runner's pod is starting",
                now);
    }

    /** @param runnerId ID of the runner in the pod; 0 if unknown */
    public static EphemeralRunnerStatus running(EphemeralRunner runner, long runnerId, boolean ready, Instant now) {
        EphemeralRunnerStatusBuilder status = identified(runner.statusOrEmpty(), runner, runnerId)
                .phase(Phase.RUNNING)
                .reason("")
                .message("")
                .ready(ready);
        if (!ready) {
            return with(status, runner, false, "PodNotReady", "the runner's pod is running, but not ready", now);
        }
        return Conditions.has(runner.statusOrEmpty().conditions(), Conditions.READY, true, RunnerRunning.REASON)
                ? status.build() // usually written by the listener
                : with(status, runner, true, RunnerRunning.REASON, RunnerRunning.MESSAGE, now);
    }

    /** The runner's job has completed, but the runner has not exited. */
    public static EphemeralRunnerStatus jobCompleted(EphemeralRunner runner, Instant at) {
        return withCondition(
                runner,
                HungRunner.JOB_COMPLETED,
                true,
                "RunnerNotExited",
                "the runner's job has completed, but the runner has not exited",
                at);
    }

    /** The idle runner is not connected to GitHub. */
    public static EphemeralRunnerStatus offline(EphemeralRunner runner, Instant since) {
        return withCondition(
                runner,
                HungRunner.ONLINE,
                false,
                "RunnerOffline",
                "the runner is not connected to GitHub, so it gets no job",
                since);
    }

    /** The idle runner is connected to GitHub. */
    public static EphemeralRunnerStatus online(EphemeralRunner runner, Instant now) {
        return HungRunner.offlineSince(runner).isEmpty()
                ? runner.statusOrEmpty()
                : withCondition(
                        runner,
                        HungRunner.ONLINE,
                        true,
                        "RunnerOnline",
                        "the runner is connected to GitHub again",
                        now);
    }

    private static EphemeralRunnerStatus withCondition(
            EphemeralRunner runner, String type, boolean status, String reason, String message, Instant since) {
        return runner.statusOrEmpty().toBuilder()
                .conditions(conditions(runner, since)
                        .set(type, status, reason, message)
                        .list())
                .build();
    }

    /**
     * The runner cannot start at present. The first message is kept, because the kubelet words each attempt
     * differently.
     */
    public static EphemeralRunnerStatus stuck(EphemeralRunner runner, String reason, String message, Instant now) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        if (Conditions.has(status.conditions(), Conditions.READY, false, reason)) {
            return status;
        }
        return notReady(runner, Phase.PENDING, reason, message, now);
    }

    /** A resource quota does not allow the pod; the next attempt uses the same registration. */
    public static EphemeralRunnerStatus overQuota(EphemeralRunner runner, long runnerId, String message, Instant now) {
        return identified(stuck(runner, RunnerEnding.QUOTA_EXCEEDED.reason(), message, now), runner, runnerId)
                .build();
    }

    /** Another pod failed. */
    public static EphemeralRunnerStatus failedOnce(
            EphemeralRunner runner, Pod pod, PodState.Failed failure, Instant now) {
        Map<String, Instant> failures =
                new LinkedHashMap<>(runner.statusOrEmpty().failures());
        if (!failure.byInfrastructure()) {
            failures.putIfAbsent(pod.getMetadata().getUid(), now.truncatedTo(ChronoUnit.SECONDS));
        }
        return with(
                identified(runner.statusOrEmpty(), runner, RunnerPod.runnerId(pod))
                        .failures(failures)
                        .phase(Phase.PENDING)
                        .reason(failure.reason())
                        .message(MessageText.of(failure.message()))
                        .ready(false),
                runner,
                false,
                "PodFailed",
                failure.message(),
                now);
    }

    /** The runner cannot start at present, or has ended in a phase in which its object is kept. */
    public static EphemeralRunnerStatus notReady(
            EphemeralRunner runner, String phase, String reason, String message, Instant now) {
        return with(
                runner.statusOrEmpty().toBuilder()
                        .phase(phase)
                        .reason(reason)
                        .message(MessageText.of(message))
                        .ready(false),
                runner,
                false,
                reason,
                message,
                now);
    }

    /**
     * The runner's pod has failed, and is kept for inspection.
     *
     * @param runnerId ID of the runner in the pod; 0 if unknown
     * @param end until when the pod is kept, unless the policy changes
     */
    public static EphemeralRunnerStatus retained(
            EphemeralRunner runner, long runnerId, String message, Instant end, Instant now) {
        String reason = RunnerEnding.POD_FAILED_AND_RETAINED.reason();
        EphemeralRunnerStatus failed = notReady(runner, Phase.FAILED, reason, message, now);
        return identified(failed, runner, runnerId)
                .conditions(new ConditionList(runner, failed.conditions(), now)
                        .set(
                                Retention.RETAINED,
                                true,
                                reason,
                                "the pod is kept for inspection until " + end.truncatedTo(ChronoUnit.SECONDS))
                        .list())
                .build();
    }

    /** A retained runner is deregistered: problems with GitHub no longer hide why the runner failed. */
    public static EphemeralRunnerStatus deregistered(EphemeralRunner runner, Instant now) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        EphemeralRunnerStatus failed = notReady(runner, status.phase(), status.reason(), status.message(), now);
        return failed.toBuilder()
                .conditions(new ConditionList(runner, failed.conditions(), now)
                        .setOrRemove(GitHubReachable.TYPE, Optional.empty())
                        .list())
                .build();
    }

    /**
     * A request to GitHub failed; nothing else is known to have changed. The first message is kept, because each
     * message names a different request.
     */
    public static EphemeralRunnerStatus gitHubFailed(EphemeralRunner runner, GitHubFailure failure, Instant now) {
        EphemeralRunnerStatus current = runner.statusOrEmpty();
        if (Conditions.has(current.conditions(), Conditions.READY, false, failure.reason())) {
            return current;
        }
        EphemeralRunnerStatusBuilder status = current.toBuilder();
        if (!current.done() && !Phase.RUNNING.equals(current.phase())) {
            status.phase(Phase.PENDING).reason(failure.reason()).message(MessageText.of(failure.message()));
        }
        return with(status, runner, false, failure.reason(), failure.message(), now);
    }

    private static EphemeralRunnerStatusBuilder identified(
            EphemeralRunnerStatus base, EphemeralRunner runner, long runnerId) {
        EphemeralRunnerStatusBuilder status = base.toBuilder();
        return runnerId > 0
                ? status.runnerId(runnerId).runnerName(runner.getMetadata().getName())
                : status;
    }

    private static EphemeralRunnerStatus with(
            EphemeralRunnerStatusBuilder status,
            EphemeralRunner runner,
            boolean ready,
            String reason,
            String message,
            Instant now) {
        return status.conditions(conditions(runner, now)
                        .set(Conditions.READY, ready, reason, message)
                        .list())
                .build();
    }

    private static ConditionList conditions(EphemeralRunner runner, Instant now) {
        return new ConditionList(runner, runner.statusOrEmpty().conditions(), now);
    }
}
