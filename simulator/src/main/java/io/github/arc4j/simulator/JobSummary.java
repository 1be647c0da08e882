package io.github.arc4j.simulator;

/**
 * Number of jobs by state. The first five components count unfinished jobs, the others finished jobs by result.
 *
 * @param queued in state {@link JobState#QUEUED}
 * @param available in state {@link JobState#AVAILABLE}
 * @param acquired in state {@link JobState#ACQUIRED}
 * @param assigned in state {@link JobState#ASSIGNED}
 * @param running in state {@link JobState#RUNNING}
 * @param succeeded completed with the result {@code succeeded}
 * @param failed completed with the result {@code failed}
 * @param canceled completed with the result {@code canceled}
 * @param otherwise completed with another result
 */
public record JobSummary(
        int queued,
        int available,
        int acquired,
        int assigned,
        int running,
        int succeeded,
        int failed,
        int canceled,
        int otherwise) {

    /** {@return the number of jobs that have not completed} */
    public int unfinished() {
        return queued + available + acquired + assigned + running;
    }

    /** {@return the number of jobs that have completed} */
    public int completed() {
        return succeeded + failed + canceled + otherwise;
    }

    /** {@return the number of all jobs} */
    public int total() {
        return unfinished() + completed();
    }
}
