package io.github.arc4j.controller.ephemeralrunner.rules;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.runners.FailureDelays;
import io.github.arc4j.controller.runners.HungRunner;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.PodDeadline;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do with a runner, given its status, its pod and the time. Pure functions; {@code RunnerVerdicts} carries
 * out the verdicts. {@link StartRules}, {@link RegistrationRules} and {@link RemovalRules} decide what they do not need
 * to know. {@link RunnerEnding} lists all ways in which a runner can end.
 */
public final class RunnerRules {
    /** A runner with more failed pods than this is replaced. */
    static final int MAX_FAILURES = 5;

    /** A runner that exits within this time after its job is not reported. */
    static final Duration EXIT_DELAY = Duration.ofSeconds(5);

    /** A deregistration usually completes within this time; the deletion that follows requeues the key sooner. */
    private static final Duration DEREGISTRATION_DELAY = Duration.ofSeconds(1);

    private RunnerRules() {}

    /** Decides about a runner that is not being deleted and has not ended. */
    public static Decision decide(RunnerFacts facts) {
        EphemeralRunnerStatus status = facts.status();
        Pod pod = facts.pod();
        if (pod != null && status.failures().containsKey(pod.getMetadata().getUid())) {
            return PodState.lostAt(pod).isPresent() ? awaitEnd(pod, facts) : new Verdict.DeleteFailedPod();
        }
        if (status.failures().size() > MAX_FAILURES) {
            return new Verdict.End(
                    RunnerEnding.TOO_MANY_POD_FAILURES,
                    "%d pods of this runner failed; the runner is replaced"
                            .formatted(status.failures().size()));
        }
        return pod == null ? withoutPod(facts) : withPod(facts, pod);
    }

    private static Verdict withoutPod(RunnerFacts facts) {
        Duration failureDelay = FailureDelays.remaining(facts.status(), facts.now());
        Duration longer = failureDelay.compareTo(facts.disruptionDelay()) > 0 ? failureDelay : facts.disruptionDelay();
        return longer.isPositive() ? new Verdict.Wait(longer) : new Verdict.Start();
    }

    private static Decision withPod(RunnerFacts facts, Pod pod) {
        PodState state = PodState.of(pod);
        if (PodState.lostAt(pod).isPresent() && !(state instanceof PodState.Succeeded)) {
            return terminating(facts, pod, state);
        }
        if (!state.isEnd() && hasJobOfOtherPod(facts.status(), pod)) {
            // The cached pod may be stale; that is no reason to end a runner that may have a job.
            Boolean current = facts.answers().get(Decision.Question.IS_POD_CURRENT);
            if (current == null) {
                return Decision.Question.IS_POD_CURRENT;
            }
            if (current) {
                return new Verdict.End(
                        RunnerEnding.JOB_LOST, "the job was lost with a previous pod; the runner is replaced");
            }
        }
        return switch (state) {
            case PodState.Starting starting -> starting(facts, pod);
            case PodState.Stuck stuck -> stuck(facts, stuck);
            case PodState.Running running -> running(facts, running);
            case PodState.Succeeded succeeded -> finished();
            case PodState.Outdated outdated -> outdated(facts, outdated);
            case PodState.Failed failed -> failed(facts, failed);
            case PodState.DeadlineExceeded exceeded -> deadlineExceeded(facts, pod);
        };
    }

    private static Verdict terminating(RunnerFacts facts, Pod pod, PodState state) {
        Verdict verdict = awaitEnd(pod, facts);
        boolean mayGetJob = !state.isEnd() && !facts.status().hasJob() && !facts.isDeregistering();
        return verdict instanceof Verdict.Wait(Duration untilLost) && mayGetJob
                ? new Verdict.Deregister(untilLost)
                : verdict;
    }

    /** Waits for the end of a pod that is being deleted, unless its node can no longer terminate it. */
    private static Verdict awaitEnd(Pod pod, RunnerFacts facts) {
        Verdict wait = waitUntil(PodState.lostAt(pod).orElse(facts.now()), facts);
        return wait != null
                ? wait
                : new Verdict.End(
                        RunnerEnding.POD_STUCK_TERMINATING,
                        "the pod is being deleted, but its node %s does not terminate it; the runner is replaced"
                                .formatted(pod.getSpec().getNodeName()));
    }

    /**
     * The listener may report a job so late that its pod is lost and the next one, with a different registration,
     * exists.
     */
    public static boolean hasJobOfOtherPod(EphemeralRunnerStatus status, Pod pod) {
        long podRunnerId = RunnerPod.runnerId(pod);
        return status.hasJob() && podRunnerId != 0 && status.runnerId() != 0 && status.runnerId() != podRunnerId;
    }

    private static Verdict starting(RunnerFacts facts, Pod pod) {
        boolean isReported = Statuses.isRecorded(facts.runner(), pod)
                && facts.status().reason().isEmpty();
        Instant created = Instant.parse(pod.getMetadata().getCreationTimestamp());
        Verdict wait = isReported ? null : ReportDelay.waitFor(facts, created, ReportDelay.STARTING);
        if (wait != null) {
            return wait;
        }
        Verdict next = PodState.lastProgress(pod)
                .map(progress -> awaitProgress(facts, pod, progress))
                .orElseGet(Verdict.Keep::new);
        return isReported ? next : new Verdict.ReportStarting(next);
    }

    private static Verdict awaitProgress(RunnerFacts facts, Pod pod, Instant progress) {
        Verdict wait = waitUntil(progress.plus(facts.startTimeout()), facts);
        return wait != null
                ? wait
                : failed(
                        facts,
                        new PodState.Failed(
                                "NotStarted",
                                "node %s made no progress in starting the runner for %d minutes"
                                        .formatted(
                                                pod.getSpec().getNodeName(),
                                                facts.startTimeout().toMinutes()),
                                true));
    }

    private static Decision stuck(RunnerFacts facts, PodState.Stuck stuck) {
        if (stuck.reason().equals(PodState.CONFIG_ERROR)) {
            Boolean hasJitConfig = facts.answers().get(Decision.Question.HAS_JIT_CONFIG);
            if (hasJitConfig == null) {
                return Decision.Question.HAS_JIT_CONFIG;
            }
            if (!hasJitConfig) {
                return failed(
                        facts,
                        new PodState.Failed(
                                "JitConfigMissing", "the Secret with the runner's JIT config does not exist", true));
            }
        }
        return new Verdict.ReportStuck(stuck);
    }

    private static Verdict running(RunnerFacts facts, PodState.Running state) {
        Instant completed = HungRunner.jobCompleted(facts.runner()).orElse(null);
        if (completed != null) {
            return awaitExit(facts, completed);
        }
        Instant reported = facts.completionReported();
        if (reported != null) {
            Verdict wait = waitUntil(reported.plus(EXIT_DELAY), facts);
            return wait != null ? wait : new Verdict.ReportJobCompleted(reported);
        }
        Instant since = mustReport(facts.status()) ? null : state.since().orElse(null);
        Verdict wait = since == null ? null : ReportDelay.waitFor(facts, since, ReportDelay.IDLE);
        return wait != null ? wait : new Verdict.ReportRunning(state.ready(), state.since());
    }

    private static Verdict awaitExit(RunnerFacts facts, Instant jobCompleted) {
        Verdict wait = waitUntil(jobCompleted.plus(facts.policy().endGraceOrDefault()), facts);
        return wait != null
                ? wait
                : new Verdict.End(
                        RunnerEnding.DID_NOT_EXIT,
                        "the runner's job completed at %s, but the runner has not exited; it is deleted"
                                .formatted(jobCompleted));
    }

    private static Verdict outdated(RunnerFacts facts, PodState.Outdated outdated) {
        return RunnerEnding.isOutdated(facts.runner())
                ? new Verdict.End(
                        RunnerEnding.OUTDATED,
                        "Runner is deprecated: GitHub no longer accepts this version of the runner; use a newer image")
                : failed(facts, outdated.exit());
    }

    private static Verdict failed(RunnerFacts facts, PodState.Failed failure) {
        if (facts.status().hasJob()) {
            return new Verdict.End(
                    facts.retainsFailedPod() ? RunnerEnding.POD_FAILED_AND_RETAINED : RunnerEnding.POD_FAILED,
                    "failed during a job: " + failure.message());
        }
        if (facts.isDeregistering()) {
            return new Verdict.Wait(DEREGISTRATION_DELAY);
        }
        return facts.retainsFailedPod() && !failure.byInfrastructure()
                ? new Verdict.End(RunnerEnding.POD_FAILED_AND_RETAINED, failure.message())
                : new Verdict.RetryPod(failure);
    }

    private static Verdict deadlineExceeded(RunnerFacts facts, Pod pod) {
        return facts.isDeregistering() && !facts.status().hasJob()
                ? new Verdict.Wait(DEREGISTRATION_DELAY)
                : new Verdict.End(
                        RunnerEnding.MAX_LIFETIME_EXCEEDED,
                        PodDeadline.describe(facts.runner(), pod)
                                + (facts.status().hasJob() ? " during a job" : "")
                                + "; the runner is replaced");
    }

    /** Whether the status says that the runner is running, or something that is no longer true, or has a job. */
    private static boolean mustReport(EphemeralRunnerStatus status) {
        return Phase.RUNNING.equals(status.phase()) || !status.reason().isEmpty() || status.hasJob();
    }

    /** Waits until that time; null if it has been reached. */
    private static Verdict.@Nullable Wait waitUntil(Instant time, RunnerFacts facts) {
        Duration remaining = Duration.between(facts.now(), time);
        return remaining.isPositive() ? new Verdict.Wait(remaining) : null;
    }

    /** The runner exited with code 0, or the Go controller has recorded that. */
    public static Verdict.End finished() {
        return new Verdict.End(RunnerEnding.FINISHED, "");
    }
}
