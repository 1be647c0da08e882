package io.github.arc4j.controller.ephemeralrunner;

import java.time.Duration;

/** What {@link RunnerRules} decides about a runner. */
sealed interface Verdict {
    /** Register the runner and create its pod. */
    record Start() implements Verdict {}

    /** Nothing to do until the runner or its pod changes. */
    record Keep() implements Verdict {}

    /** Nothing to do until then, unless the runner or its pod changes before. */
    record Wait(Duration delay) implements Verdict {}

    /** Write into the runner's status that its pod is starting, and carry out another verdict. */
    record ReportStarting(Verdict next) implements Verdict {}

    /** Write into the runner's status why its pod cannot start. */
    record ReportStuck(PodState.Stuck stuck) implements Verdict {}

    /** Write into the runner's status that it runs; check now and then that GitHub knows it if it is idle. */
    record ReportRunning(boolean ready) implements Verdict {}

    /** Write the failure of a pod without a job into the runner's status, and delete the pod: the runner gets another. */
    record RetryPod(PodState.Failed failure) implements Verdict {}

    /** Delete a pod whose failure is in the runner's status already. */
    record DeleteFailedPod() implements Verdict {}

    /** Keep the registration for the next attempt, and report what the quota says. */
    record AwaitQuota(String message, Duration delay) implements Verdict {}

    /** The runner ends. */
    record End(RunnerEnding ending, String message) implements Verdict {}

    /** The answer to this question decides. */
    record Ask(Question question) implements Verdict {}

    /** What neither the runner nor the cached pod can tell. */
    enum Question {
        /** Whether the API server has this very pod, rather than a later one of the same name, or none. */
        IS_POD_CURRENT,
        /** Whether the Secret with the runner's JIT config exists. */
        HAS_JIT_CONFIG
    }
}
