package io.github.arc4j.controller.github;

import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToIntFunction;

/**
 * Limits how often clients of a namespace are built. Each edit of a Secret replaces the clients of all scale sets that
 * refer to it; without a limit, whoever may edit one could exhaust the controller's threads, memory and CPU time.
 *
 * <p>If a namespace may have n clients, it may build 5 n of them at once and n per minute in the long run, and at most
 * about n more are open because their last calls have not ended. Since n grows with the number of scale sets, they do
 * not wait when credentials that they share are rotated.
 */
final class ClientTurnover {
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration BURST = PERIOD.multipliedBy(5);
    private static final Duration MIN_DELAY = Duration.ofSeconds(1);
    /** The scale sets of a namespace retry over this time. */
    private static final Duration SPREAD = Duration.ofSeconds(4);

    private final ToIntFunction<String> limit;
    private final InstantSource clock;
    /** By namespace, when it would have built its clients at the rate of the long run. In the future, or absent. */
    private final Map<String, Instant> schedules = new HashMap<>();

    private final Map<String, Integer> retired = new HashMap<>();

    /** @param limit the maximum number of clients of a namespace, without retired ones; at least 1 */
    ClientTurnover(ToIntFunction<String> limit, InstantSource clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * Checks that a client may be built now.
     *
     * @throws GitHubAccessException if it has to wait
     */
    void check(String namespace) throws GitHubAccessException {
        next(namespace, limit.applyAsInt(namespace));
    }

    /**
     * Counts a client that is built now.
     *
     * @throws GitHubAccessException if it has to wait
     */
    void build(String namespace) throws GitHubAccessException {
        int max = limit.applyAsInt(namespace);
        synchronized (this) {
            schedules.put(namespace, next(namespace, max));
        }
    }

    private synchronized Instant next(String namespace, int max) throws GitHubAccessException {
        Instant now = clock.instant();
        schedules.values().removeIf(schedule -> !schedule.isAfter(now));
        Instant next = schedules.getOrDefault(namespace, now).plus(PERIOD.dividedBy(max));
        Duration early = Duration.between(now.plus(BURST), next);
        if (early.isPositive() || retired.getOrDefault(namespace, 0) >= max) {
            Duration delay = early.compareTo(MIN_DELAY) > 0 ? early : MIN_DELAY;
            throw GitHubAccessException.waiting(
                    "credentials, proxies or certificates change too often",
                    delay.plusMillis(ThreadLocalRandom.current().nextLong(SPREAD.toMillis())));
        }
        return next;
    }

    /** Counts a client that was replaced but is still open. */
    synchronized void retired(String namespace) {
        retired.merge(namespace, 1, Integer::sum);
    }

    /** A client that was counted as retired has been closed. */
    synchronized void closed(String namespace) {
        retired.computeIfPresent(namespace, (n, count) -> count == 1 ? null : count - 1);
    }
}
