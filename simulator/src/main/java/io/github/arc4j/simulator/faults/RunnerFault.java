package io.github.arc4j.simulator.faults;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A malfunction of simulated runners. By default, it affects the next runner; the methods return modified copies:
 * {@code RunnerFault.of(Kind.NEVER_EXITS).runner("set-.*").times(2)}. Whether a runner is affected is decided at the
 * moment at which the fault takes effect, so a fault also affects runners that are already online when it is added.
 *
 * <p>The process of a runner that hangs ends only when it is killed (its runner call is disconnected, or the thread of
 * {@link io.github.arc4j.simulator.GitHubSimulator#runRunner} is interrupted): not when its job is canceled, nor when the runner is deregistered.
 *
 * @param kind what goes wrong
 * @param runner regular expression that matches the runner's whole name
 * @param times number of runners that are affected; negative: no limit
 * @param probability share of matching runners that are affected, 0 to 1
 * @param from start of the time in which runners are affected; null: no limit
 * @param until end of the time in which runners are affected; null: no limit
 */
public record RunnerFault(
        Kind kind,
        String runner,
        int times,
        double probability,
        @Nullable Instant from,
        @Nullable Instant until) {

    /** What goes wrong. */
    public enum Kind {
        /**
         * GitHub rejects the runner's version when the runner connects: the process exits with code 7, and the runner
         * stays registered. Between two times, this is one of the brownouts with which GitHub announces the end of a
         * version.
         */
        DEPRECATED,
        /** The process hangs before it connects, so the runner stays registered and offline. */
        NEVER_ONLINE,
        /** The runner hangs while it is online and idle: it never gets a job, but other idle runners do. */
        DEAF,
        /**
         * The runner hangs after it has started its job. When it is killed, the job fails as that of any lost runner.
         */
        NEVER_FINISHES,
        /** The process hangs instead of exiting after its job, or after GitHub has deregistered the runner. */
        NEVER_EXITS
    }

    /**
     * Affects the next runner, whatever its name.
     *
     * @param kind what goes wrong
     * @return the fault, from which other ones can be derived
     */
    public static RunnerFault of(Kind kind) {
        return new RunnerFault(kind, ".*", 1, 1, null, null);
    }

    /**
     * Affects only runners with certain names.
     *
     * @param regex regular expression that matches the whole name
     * @return a copy that affects these runners
     */
    public RunnerFault runner(String regex) {
        return new RunnerFault(kind, regex, times, probability, from, until);
    }

    /**
     * Limits the number of runners.
     *
     * @param runners number of runners that are affected; negative: no limit
     * @return a copy that affects at most this number of runners
     */
    public RunnerFault times(int runners) {
        return new RunnerFault(kind, runner, runners, probability, from, until);
    }

    /**
     * Affects runners at random, without a limit on their number.
     *
     * @param share share of the matching runners that are affected, 0 to 1
     * @return a copy that affects this share
     */
    public RunnerFault randomly(double share) {
        return new RunnerFault(kind, runner, -1, share, from, until);
    }

    /**
     * Affects runners only between two times.
     *
     * @param start start of this time; null: no limit
     * @param end end of this time; null: no limit
     * @return a copy that affects runners in this time
     */
    public RunnerFault between(@Nullable Instant start, @Nullable Instant end) {
        return new RunnerFault(kind, runner, times, probability, start, end);
    }

    boolean isActiveAt(Instant now) {
        return (from == null || !now.isBefore(from)) && !hasEndedAt(now);
    }

    boolean hasEndedAt(Instant now) {
        return until != null && !now.isBefore(until);
    }
}
