package io.github.arc4j.actions;

import java.time.Duration;
import java.util.List;

/**
 * Time limits. Those of calls are per try and for the whole exchange, the body of the answer included.
 *
 * @param connect opening a connection, TLS included
 * @param call an ordinary call
 * @param poll a long poll; the service answers after about 50 seconds
 * @param close deletion of a session when it is closed, retries included
 */
public record Timeouts(Duration connect, Duration call, Duration poll, Duration close) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    /** 30 s, 1 min, 5 min, 5 s. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofSeconds(5));

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is less than a millisecond, or more than an {@code int} of them
     */
    public Timeouts {
        for (Duration limit : List.of(connect, call, poll, close)) {
            if (limit.compareTo(SHORTEST) < 0 || limit.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("time limit out of range: " + limit);
            }
        }
    }

    /** The same with another limit for ordinary calls. */
    public Timeouts withCall(Duration limit) {
        return new Timeouts(connect, limit, poll, close);
    }

    /** The same with another limit for polls. */
    public Timeouts withPoll(Duration limit) {
        return new Timeouts(connect, call, limit, close);
    }

    /** The same with another limit for closing a session. */
    public Timeouts withClose(Duration limit) {
        return new Timeouts(connect, call, poll, limit);
    }
}
