package io.github.arc4j.actions;

import java.time.Duration;
import java.util.List;

/**
 * Timeouts. Timeouts of calls apply to each attempt and cover the whole exchange, including the response body.
 *
 * @param connect opening a connection, including the TLS handshake
 * @param call an ordinary call
 * @param poll a long poll; the service responds after about 50 seconds
 * @param close deletion of a session on close, including retries
 */
public record Timeouts(Duration connect, Duration call, Duration poll, Duration close) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    /** 30 s, 1 min, 5 min, 5 s. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofSeconds(5));

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a timeout is shorter than a millisecond or its milliseconds exceed an
     *     {@code int}
     */
    public Timeouts {
        for (Duration limit : List.of(connect, call, poll, close)) {
            if (limit.compareTo(SHORTEST) < 0 || limit.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("time limit out of range: " + limit);
            }
        }
    }

    /**
     * {@return a copy with another timeout for ordinary calls}
     *
     * @param limit the timeout
     */
    public Timeouts withCall(Duration limit) {
        return new Timeouts(connect, limit, poll, close);
    }

    /**
     * {@return a copy with another timeout for polls}
     *
     * @param limit the timeout
     */
    public Timeouts withPoll(Duration limit) {
        return new Timeouts(connect, call, limit, close);
    }

    /**
     * {@return a copy with another timeout for closing a session}
     *
     * @param limit the timeout
     */
    public Timeouts withClose(Duration limit) {
        return new Timeouts(connect, call, poll, limit);
    }
}
