package io.github.arc4j.simulator;

/** Number of jobs by state. The first five components count unfinished jobs, the others finished jobs by result. */
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

    public int unfinished() {
        return queued + available + acquired + assigned + running;
    }

    public int completed() {
        return succeeded + failed + canceled + otherwise;
    }

    public int total() {
        return unfinished() + completed();
    }
}
