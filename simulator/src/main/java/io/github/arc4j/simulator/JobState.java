package io.github.arc4j.simulator;

/** Where a job is, in the order in which a job goes through the states. */
public enum JobState {
    /** Waits for a scale set that matches its labels, has a session and has room. */
    QUEUED,
    /** Offered to a scale set by a JobAvailable message. */
    AVAILABLE,
    /** The scale set's listener has acquired it. */
    ACQUIRED,
    /** Belongs to the scale set and waits for an idle runner. */
    ASSIGNED,
    /** A runner works on it. */
    RUNNING,
    /** Final: see the result. */
    COMPLETED
}
