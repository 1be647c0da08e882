package io.github.arc4j.simulator;

/** How many jobs are in which state. The first five count unfinished jobs, the others finished ones by result. */
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
