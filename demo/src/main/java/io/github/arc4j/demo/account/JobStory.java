package io.github.arc4j.demo.account;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The history of one job. */
final class JobStory {
    private final String name;
    private final Map<Step, Instant> times = new EnumMap<>(Step.class);
    private String runner = "";
    private String result = "";

    JobStory(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Name of the runner that has the job; empty until the job starts. */
    String runner() {
        return runner;
    }

    void runner(String runnerName) {
        runner = runnerName;
    }

    /** Empty until completed. */
    String result() {
        return result;
    }

    void result(String value) {
        result = value;
    }

    /** Records a step. A repeated step keeps its first time, because the user has been waiting since then. */
    void reached(Step step, Instant at) {
        times.putIfAbsent(step, at);
    }

    boolean has(Step step) {
        return times.containsKey(step);
    }

    /**
     * The duration between two steps; empty if one is missing. Zero if the second step came first, as for a runner that
     * was idle before its job.
     */
    Optional<Duration> between(Step from, Step to) {
        Instant begin = times.get(from);
        Instant end = times.get(to);
        if (begin == null || end == null) {
            return Optional.empty();
        }
        return Optional.of(end.isBefore(begin) ? Duration.ZERO : Duration.between(begin, end));
    }
}
