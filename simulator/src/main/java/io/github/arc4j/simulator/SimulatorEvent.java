package io.github.arc4j.simulator;

import io.github.arc4j.simulator.faults.RunnerFault;
import java.time.Instant;

/**
 * An event in the simulator.
 *
 * @param sequence 1, 2, 3, ... in the order of the events
 * @param at when it happened
 * @param kind what happened
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
        /** A scale set was created. */
        SCALE_SET_CREATED,
        /** A scale set was changed. */
        SCALE_SET_UPDATED,
        /** A scale set was deleted. */
        SCALE_SET_DELETED,
        /** A message session was opened. */
        SESSION_OPENED,
        /** A client deleted its message session. */
        SESSION_CLOSED,
        /** A message session expired, because it was not polled. */
        SESSION_EXPIRED,
        /** A job was queued. */
        JOB_QUEUED,
        /** A job was offered to a scale set. */
        JOB_AVAILABLE,
        /** A listener acquired a job. */
        JOB_ACQUIRED,
        /** A job was assigned to a scale set. */
        JOB_ASSIGNED,
        /** A runner started a job. */
        JOB_STARTED,
        /** A job completed, with any result. */
        JOB_COMPLETED,
        /** A job that no runner took was queued again. */
        JOB_REQUEUED,
        /** A runner was registered by its JIT configuration. */
        RUNNER_REGISTERED,
        /** A runner connected. */
        RUNNER_ONLINE,
        /** A runner disconnected. */
        RUNNER_OFFLINE,
        /** A runner was made to hang by a {@link RunnerFault}. */
        RUNNER_HUNG,
        /** A runner was deregistered. */
        RUNNER_REMOVED
    }
}
