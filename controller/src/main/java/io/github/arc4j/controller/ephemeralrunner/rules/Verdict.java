package io.github.arc4j.controller.ephemeralrunner.rules;

import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What {@link RunnerRules} decides to do with a runner. */
public sealed interface Verdict extends Decision {
    /** Register the runner and create its pod. */
    record Start() implements Verdict {}

    /** Nothing to do until the runner or its pod changes. */
    record Keep() implements Verdict {}

    /** Nothing to do for this long, unless the runner or its pod changes earlier. */
    record Wait(Duration delay) implements Verdict {}

    /** Report in the status that the pod is starting, and carry out another verdict. */
    record ReportStarting(Verdict next) implements Verdict {}

    /** Report in the status why the pod cannot start. */
    record ReportStuck(PodState.Stuck stuck) implements Verdict {}

    /**
     * Report in the status that the runner is running, and periodically ask GitHub about it.
     *
     * @param since start time of the container, if the node reported it
     */
    record ReportRunning(boolean ready, Optional<Instant> since) implements Verdict {}

    /**
     * Report in the status that the runner's job has completed, although the runner has not exited.
     *
     * @param at when the completion was reported
     */
    record ReportJobCompleted(Instant at) implements Verdict {}

    /** Report the failure of a pod without a job in the status, and delete the pod; the runner gets another one. */
    record RetryPod(PodState.Failed failure) implements Verdict {}

    /** Delete a pod whose failure is already in the status. */
    record DeleteFailedPod() implements Verdict {}

    /** Remove the idle runner from GitHub, because its pod is being terminated, and wait for the pod's end. */
    record Deregister(Duration untilLost) implements Verdict {}

    /** The runner ends. */
    record End(RunnerEnding ending, String message) implements Verdict {}
}
