package io.github.arc4j.demo.account;

/** The steps of a job, in order. */
public enum Step {
    QUEUED,
    /** GitHub assigned the job to the scale set. */
    ASSIGNED,
    /** The runner for the job came online. */
    RUNNER_STARTED,
    STARTED,
    COMPLETED,
    /** The job's runner, its pod and its Secret are deleted. */
    REMOVED
}
