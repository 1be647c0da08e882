package io.github.arc4j.simulator;

/** State of a job, in the order in which a job passes through the states. */
public enum JobState {
    /** Waiting for a scale set that matches its labels, has a session and has capacity. */
    QUEUED,
    /** Offered to a scale set by a JobAvailable message. */
    AVAILABLE,
    /** The scale set's listener has acquired it. */
    ACQUIRED,
    /** Assigned to the scale set and waiting for an idle runner. */
    ASSIGNED,
    /** Running on a runner. */
    RUNNING,
    /** Completed; see the result. */
    COMPLETED
}
