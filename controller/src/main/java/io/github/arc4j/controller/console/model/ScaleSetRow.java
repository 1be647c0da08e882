package io.github.arc4j.controller.console.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scale set as the console lists it.
 *
 * @param key namespace and name
 * @param url address on GitHub; empty if it is not valid
 * @param desired how many runners the listener wants
 * @param minimum {@code minRunners}
 * @param maximum {@code maxRunners}; null if there is no limit
 * @param failed runners that failed or cannot start
 * @param waiting how many jobs wait for a runner, as far as the limit lets the listener ask for runners
 * @param p50 the median of the waiting times of the last hour in seconds; null without jobs
 * @param p95 their 95th percentile
 * @param problems the most important one first; none if all is well
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ScaleSetRow(
        String key,
        String namespace,
        String name,
        String url,
        Health health,
        int desired,
        int minimum,
        @Nullable Integer maximum,
        int starting,
        int idle,
        int busy,
        int ending,
        int failed,
        int waiting,
        @Nullable Double p50,
        @Nullable Double p95,
        List<Problem> problems) {
    /** Whether jobs run. The names are those of {@code arc status}. */
    enum Health {
        ok,
        /** Something is in progress. */
        waiting,
        problem;

        static Health of(List<Problem> problems) {
            if (problems.isEmpty()) {
                return ok;
            }
            return problems.stream().allMatch(Problem::isProgress) ? waiting : problem;
        }
    }
}
