package io.github.arc4j.controller.runners;

/**
 * All ways in which a runner can end. {@code RunnerRules} decides on them; {@code RunnerVerdicts} carries them out.
 *
 * <table>
 * <caption>How a runner ends</caption>
 * <tr><th>When</th><th>Reason</th><th>What happens</th></tr>
 * <tr><td>The runner's container exited with code 0: its job finished, or it was asked to stop</td><td></td>
 *     <td>deleted</td></tr>
 * <tr><td>The pod failed while the runner had a job</td><td>PodFailed</td><td>replaced</td></tr>
 * <tr><td>The pod failed, with or without a job, and {@code policy.retainFailed} is set</td><td>PodFailed</td>
 *     <td>retained</td></tr>
 * <tr><td>The pod was active for longer than policy.maxLifetime, or than activeDeadlineSeconds of the template, with or
 *     without a job</td><td>MaxLifetimeExceeded</td><td>replaced</td></tr>
 * <tr><td>The pod was deleted while the runner had a job</td><td>PodLost</td><td>replaced</td></tr>
 * <tr><td>The job was lost with a previous pod, or GitHub still waits for such a job</td><td>JobLost</td>
 *     <td>replaced</td></tr>
 * <tr><td>A pod that is being deleted still exists one minute after its grace period</td>
 *     <td>PodStuckTerminating</td><td>replaced</td></tr>
 * <tr><td>More than five pods of the runner failed, none with a job</td><td>TooManyPodFailures</td>
 *     <td>replaced</td></tr>
 * <tr><td>GitHub reported twice that it does not know the runner, which therefore gets no job, or whose job has ended</td>
 *     <td>RegistrationLost</td><td>replaced</td></tr>
 * <tr><td>GitHub reported twice that the idle runner is offline, and {@code policy.onlineTimeout} is over</td>
 *     <td>RunnerOffline</td><td>replaced</td></tr>
 * <tr><td>The runner's job has completed, but its container has not exited within {@code policy.endGrace}</td>
 *     <td>RunnerDidNotExit</td><td>replaced</td></tr>
 * <tr><td>A runner of another scale set has the name</td><td>RunnerNameTaken</td><td>replaced</td></tr>
 * <tr><td>A pod of another owner has the runner's name</td><td>PodNameTaken</td><td>replaced</td></tr>
 * <tr><td>A resource quota allowed no pod for ten minutes</td><td>QuotaExceeded</td><td>replaced</td></tr>
 * <tr><td>Kubernetes rejects the pod</td><td>InvalidPod</td><td>kept as Failed</td></tr>
 * <tr><td>GitHub no longer accepts the runner's version (exit code 7 without a job)</td><td>Outdated</td><td>kept as Outdated</td></tr>
 * </table>
 *
 * <p>When a runner is <em>replaced</em>, its object, pod and registration are deleted, and its set creates another one
 * if it is still needed. A runner that is <em>kept</em> remains for users to inspect; its set counts it as failed. A
 * runner that is <em>retained</em> is deregistered and not counted; its object and pod are deleted later. Without
 * {@code policy.retainFailed}, a pod that fails without a job does not end the runner: it gets another pod after a
 * delay.
 */
public enum RunnerEnding {
    FINISHED("", Fate.DELETED),
    POD_FAILED("PodFailed", Fate.REPLACED),
    POD_FAILED_AND_RETAINED("PodFailed", Fate.RETAINED),
    MAX_LIFETIME_EXCEEDED("MaxLifetimeExceeded", Fate.REPLACED),
    POD_LOST("PodLost", Fate.REPLACED),
    JOB_LOST("JobLost", Fate.REPLACED),
    POD_STUCK_TERMINATING("PodStuckTerminating", Fate.REPLACED),
    TOO_MANY_POD_FAILURES("TooManyPodFailures", Fate.REPLACED),
    REGISTRATION_LOST("RegistrationLost", Fate.REPLACED),
    RUNNER_OFFLINE("RunnerOffline", Fate.REPLACED),
    DID_NOT_EXIT("RunnerDidNotExit", Fate.REPLACED),
    RUNNER_NAME_TAKEN("RunnerNameTaken", Fate.REPLACED),
    POD_NAME_TAKEN("PodNameTaken", Fate.REPLACED),
    QUOTA_EXCEEDED("QuotaExceeded", Fate.REPLACED),
    INVALID_POD("InvalidPod", Fate.KEPT_FAILED),
    OUTDATED("Outdated", Fate.KEPT_OUTDATED);

    /** What happens to the runner's object. */
    public enum Fate {
        /** Deleted with all other objects, without an Event. */
        DELETED("deleted"),
        /** Deleted with all other objects, with a Warning. */
        REPLACED("replaced"),
        /** Deregistered and kept in phase Failed with its pod for a limited time, with a Warning. */
        RETAINED("retained"),
        /** Kept in phase Failed, with a Warning. */
        KEPT_FAILED("kept as Failed"),
        /** Kept in phase Outdated, with a Warning. */
        KEPT_OUTDATED("kept as Outdated");

        private final String text;

        Fate(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final String reason;
    private final Fate fate;

    RunnerEnding(String reason, Fate fate) {
        this.reason = reason;
        this.fate = fate;
    }

    /** Reason of the Event, and of the condition of a runner that is kept; empty if neither is written. */
    public String reason() {
        return reason;
    }

    public Fate fate() {
        return fate;
    }

    /** Whether the runner is deleted although its pod is running. */
    public boolean isReaping() {
        return this == REGISTRATION_LOST || this == RUNNER_OFFLINE || this == DID_NOT_EXIT;
    }
}
