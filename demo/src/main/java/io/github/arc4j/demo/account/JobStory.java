package io.github.arc4j.demo.account;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What has happened to one job so far. */
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

    /** Name of the runner that has the job; empty until it starts. */
    String runner() {
        return runner;
    }

    void runner(String itsName) {
        runner = itsName;
    }

    /** Empty until completed. */
    String result() {
        return result;
    }

    void result(String how) {
        result = how;
    }

    /** A step that is taken once more keeps its first time: the user has waited since then. */
    void reached(Step step, Instant at) {
        times.putIfAbsent(step, at);
    }

    boolean has(Step step) {
        return times.containsKey(step);
    }

    /** Time between two steps; none if one is missing. A runner that was there before its job made nobody wait. */
    Optional<Duration> between(Step from, Step to) {
        Instant begin = times.get(from);
        Instant end = times.get(to);
        if (begin == null || end == null) {
            return Optional.empty();
        }
        return Optional.of(end.isBefore(begin) ? Duration.ZERO : Duration.between(begin, end));
    }
}
