package io.github.arc4j.simulator;

import java.time.Instant;

/**
 * An event in the simulator.
 *
 * @param sequence 1, 2, 3, ... in the order of the events
 * @param jobId ID of the job, 0 if the event is not about a job
 * @param job display name of the job, or empty
 * @param runnerId 0 if the event is not about a runner
 * @param runner name of the runner, or empty
 * @param scaleSet name of the scale set, or empty
 * @param detail result of a completed job, owner of a session, reason of a removal, kind of a hang; may be empty
 */
public record SimulatorEvent(
        long sequence,
        Instant at,
        Kind kind,
        String scaleSet,
        long jobId,
        String job,
        long runnerId,
        String runner,
        String detail) {

    /** The type of event. */
    public enum Kind {
        SCALE_SET_CREATED,
        SCALE_SET_UPDATED,
        SCALE_SET_DELETED,
        SESSION_OPENED,
        SESSION_CLOSED,
        SESSION_EXPIRED,
        JOB_QUEUED,
        JOB_AVAILABLE,
        JOB_ACQUIRED,
        JOB_ASSIGNED,
        JOB_STARTED,
        JOB_COMPLETED,
        JOB_REQUEUED,
        RUNNER_REGISTERED,
        RUNNER_ONLINE,
        RUNNER_OFFLINE,
        RUNNER_HUNG,
        RUNNER_REMOVED
    }
}
