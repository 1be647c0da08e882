package io.github.arc4j.controller.runners;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;

/**
 * All ways in which a runner can end.
 *
 * <p>{@code RunnerRules}, {@code StartRules} and {@code RegistrationRules} decide on these, and {@code CurrentRunner}
 * carries them out:
 *
 * <table>
 * <caption>How a runner ends by itself</caption>
 * <tr><th>When</th><th>Reason</th><th>What happens</th></tr>
 * <tr><td>The runner's container exited with code 0: its job finished, or it was asked to stop</td><td></td>
 *     <td>deleted</td></tr>
 * <tr><td>The pod failed while the runner had a job</td><td>PodFailed</td><td>replaced</td></tr>
 * <tr><td>The pod failed, with or without a job, and {@code policy.retainFailed} is set</td><td>PodFailed</td>
 *     <td>retained</td></tr>
 * <tr><td>The pod was active for longer than {@code policy.maxLifetime}, or than {@code activeDeadlineSeconds} of the
 *     template, with or without a job</td><td>MaxLifetimeExceeded</td><td>replaced</td></tr>
 * <tr><td>The pod was deleted while the runner had a job</td><td>PodLost</td><td>replaced</td></tr>
 * <tr><td>The job was lost with a previous pod, or GitHub still waits for such a job</td><td>JobLost</td>
 *     <td>replaced</td></tr>
 * <tr><td>GitHub has given a job to the runner, which has not had a pod</td><td>JobLost</td><td>replaced</td></tr>
 * <tr><td>A pod that is being deleted still exists one minute after its grace period</td>
 *     <td>PodStuckTerminating</td><td>replaced</td></tr>
 * <tr><td>More than five pods of the runner failed, none with a job</td><td>TooManyPodFailures</td>
 *     <td>replaced</td></tr>
 * <tr><td>GitHub reported twice that it does not know the runner, which therefore gets no job, or whose job has
 *     ended</td><td>RegistrationLost</td><td>replaced</td></tr>
 * <tr><td>GitHub reported twice that the idle runner is offline, and {@code policy.onlineTimeout} is over</td>
 *     <td>RunnerOffline</td><td>replaced</td></tr>
 * <tr><td>The runner's job has completed, but its container has not exited within {@code policy.endGrace}</td>
 *     <td>RunnerDidNotExit</td><td>replaced</td></tr>
 * <tr><td>A runner of another scale set has the name</td><td>RunnerNameTaken</td><td>replaced</td></tr>
 * <tr><td>A pod of another owner has the runner's name</td><td>PodNameTaken</td><td>replaced</td></tr>
 * <tr><td>A resource quota allowed no pod for ten minutes</td><td>QuotaExceeded</td><td>replaced</td></tr>
 * <tr><td>Kubernetes rejects the pod</td><td>InvalidPod</td><td>kept as Failed</td></tr>
 * <tr><td>GitHub no longer accepts the runner's version (exit code 7 without a job)</td><td>Outdated</td>
 *     <td>kept as Outdated</td></tr>
 * <tr><td>The runner is retained, but other containers of its pod are still running one minute after the failure</td>
 *     <td></td><td>deleted</td></tr>
 * </table>
 *
 * <p>The runner's set decides on these, and {@code RunnerDeletion} carries them out; the last ones are decided by
 * users:
 *
 * <table>
 * <caption>How a runner is ended by its set or by users</caption>
 * <tr><th>When</th><th>Reason</th><th>What happens</th></tr>
 * <tr><td>The runner is idle, pending or kept as Failed, and the set has more runners than desired, because no jobs are
 *     left or the remaining ones do not start</td><td></td><td>deleted</td></tr>
 * <tr><td>The template has changed, and the runner has ended or has no job</td><td></td><td>replaced</td></tr>
 * <tr><td>The runner has been kept as Failed for one minute; while no runner of the set starts, one a minute</td>
 *     <td></td><td>replaced</td></tr>
 * <tr><td>GitHub no longer accepts the version of the set's runners, and the runner has no job; except the latest one
 *     that is kept as Outdated, and one that tests the version</td><td></td><td>deleted</td></tr>
 * <tr><td>The runner is kept as Outdated, and GitHub accepts its version again</td><td></td><td>deleted</td></tr>
 * <tr><td>The runner is retained, and its time is over, there are too many such runners, or {@code policy.retainFailed}
 *     was removed</td><td></td><td>deleted</td></tr>
 * <tr><td>Jobs have waited for five minutes, and the runner is one of the oldest idle ones</td>
 *     <td>IdleRunnersReplaced</td><td>replaced</td></tr>
 * <tr><td>The set is being deleted, and the runner has ended or has no job</td><td></td><td>deleted</td></tr>
 * <tr><td>The set is being deleted, requests to GitHub have failed for ten minutes, and the runner cannot have a
 *     job</td><td>RunnersAbandoned</td><td>deleted</td></tr>
 * <tr><td>The runner is being deleted, requests to GitHub have failed for ten minutes, and the runner cannot have a
 *     job</td><td>RegistrationAbandoned</td><td>deleted</td></tr>
 * <tr><td>A user forces the deletion of the runner or its set, with or without a job</td>
 *     <td>RegistrationAbandoned</td><td>deleted</td></tr>
 * <tr><td>Anything else deletes the EphemeralRunner; a running job can finish first</td><td></td><td>deleted</td></tr>
 * </table>
 *
 * <p>When a runner is <em>deleted</em>, so are its pod and registration. When it is <em>replaced</em>, its set also
 * creates another one if it is still needed. A runner that is <em>kept</em> remains in that phase for users to inspect
 * until its set decides on another ending. A runner that is <em>retained</em> is deregistered and not counted; its
 * object and pod are deleted later. Without {@code policy.retainFailed}, a pod that fails without a job does not end
 * the runner: it gets another pod after a delay.
 */
public enum RunnerEnding {
    FINISHED("", Fate.DELETED, "it has finished"),
    POD_FAILED("PodFailed", Fate.REPLACED, "its pod failed during a job"),
    POD_FAILED_AND_RETAINED("PodFailed", Fate.RETAINED, "its pod failed"),
    MAX_LIFETIME_EXCEEDED("MaxLifetimeExceeded", Fate.REPLACED, "its pod was active for too long"),
    POD_LOST("PodLost", Fate.REPLACED, "its pod was deleted during a job"),
    JOB_LOST("JobLost", Fate.REPLACED, "its job was lost with a previous pod"),
    JOB_WITHOUT_POD("JobLost", Fate.REPLACED, "GitHub gave it a job before it had a pod"),
    POD_STUCK_TERMINATING(
            "PodStuckTerminating", Fate.REPLACED, "its pod still exists long after it should have terminated"),
    TOO_MANY_POD_FAILURES("TooManyPodFailures", Fate.REPLACED, "too many of its pods failed"),
    REGISTRATION_LOST("RegistrationLost", Fate.REPLACED, "GitHub no longer knows it"),
    RUNNER_OFFLINE("RunnerOffline", Fate.REPLACED, "it is not connected to GitHub"),
    DID_NOT_EXIT("RunnerDidNotExit", Fate.REPLACED, "its job has completed, but it has not exited"),
    RUNNER_NAME_TAKEN("RunnerNameTaken", Fate.REPLACED, "a runner of another scale set has its name"),
    POD_NAME_TAKEN("PodNameTaken", Fate.REPLACED, "a pod of another owner has its name"),
    QUOTA_EXCEEDED("QuotaExceeded", Fate.REPLACED, "a resource quota allowed it no pod"),
    INVALID_POD("InvalidPod", Fate.KEPT_FAILED, "Kubernetes rejects its pod"),
    OUTDATED("Outdated", Fate.KEPT_OUTDATED, "GitHub no longer accepts its version"),
    CONTAINERS_STILL_RUNNING("", Fate.DELETED, "it has failed, but other containers of its pod are still running"),

    SURPLUS("", Fate.DELETED, "more runners than needed"),
    TEMPLATE_CHANGED("", Fate.REPLACED, "the template has changed"),
    FAILED_A_MINUTE_AGO("", Fate.REPLACED, "failed over a minute ago"),
    VERSION_REJECTED("", Fate.DELETED, "GitHub rejects the runner version"),
    VERSION_ACCEPTED("", Fate.DELETED, "GitHub accepts the runner version again"),
    RETENTION_OVER("", Fate.DELETED, "failed, and no longer kept for inspection"),
    IDLE_REPLACED("IdleRunnersReplaced", Fate.REPLACED, "jobs wait, but idle runners do not receive them"),
    SET_DELETED("", Fate.DELETED, "the runner set is being deleted"),
    ABANDONED("RunnersAbandoned", Fate.DELETED, "the runner set is being deleted, and requests to GitHub fail"),
    REGISTRATION_ABANDONED("RegistrationAbandoned", Fate.DELETED, "requests to GitHub fail"),
    FORCED("RegistrationAbandoned", Fate.DELETED, "the deletion is forced"),
    OBJECT_DELETED("", Fate.DELETED, "its EphemeralRunner was deleted");

    /** What happens to the runner's object. */
    public enum Fate {
        /** Deleted with all other objects. */
        DELETED,
        /** Deleted with all other objects, and its set creates another runner if it is still needed. */
        REPLACED,
        /** Kept in phase Failed with its pod for the time in {@code policy.retainFailed}, but deregistered and not counted. */
        RETAINED,
        /** Kept in phase Failed until its set decides on another ending; still counted as one of the set's runners. */
        KEPT_FAILED,
        /** Kept in phase Outdated until its set decides on another ending. */
        KEPT_OUTDATED
    }

    private final String reason;
    private final Fate fate;
    private final String cause;

    RunnerEnding(String reason, Fate fate, String cause) {
        this.reason = reason;
        this.fate = fate;
        this.cause = cause;
    }

    /**
     * Reason of the Warning Event of the runner or its set, and of the condition of a runner that is kept; empty if
     * neither is written.
     */
    public String reason() {
        return reason;
    }

    public Fate fate() {
        return fate;
    }

    /** Whether the job of a runner with a job has finished. */
    public boolean hasFinishedJob() {
        return this == FINISHED || this == DID_NOT_EXIT;
    }

    /** Why one or several runners were deleted or kept, for the log. */
    public String cause() {
        return cause;
    }

    /** Whether the runner does not work although its pod is running, which a metric counts. */
    public boolean isHung() {
        return this == REGISTRATION_LOST || this == RUNNER_OFFLINE || this == DID_NOT_EXIT || this == IDLE_REPLACED;
    }

    /**
     * Whether GitHub or the API server did not let the runner start, before it had a pod. The next one may end in the
     * same way immediately, so its set delays the replacement.
     */
    public boolean isBeforeStart() {
        return this == JOB_WITHOUT_POD || this == RUNNER_NAME_TAKEN || this == POD_NAME_TAKEN;
    }

    /**
     * Whether a runner that exited because of its version has ended as {@link #OUTDATED}, and not as any that fails:
     * GitHub gives no job to a runner whose version it rejects, so with a job, the job chose the exit code, and must
     * not stop the set. The listener may report the job late.
     */
    public static boolean isOutdated(EphemeralRunner runner) {
        return !runner.hasJob();
    }
}
