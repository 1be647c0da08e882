package io.github.arc4j.demo.account;

/** The steps of a job, in their order. */
public enum Step {
    QUEUED,
    /** GitHub gave the job to the scale set. */
    ASSIGNED,
    /** The runner that is to take the job came online. */
    RUNNER_STARTED,
    STARTED,
    COMPLETED,
    /** The job's runner, its pod and its Secret are gone. */
    REMOVED
}
