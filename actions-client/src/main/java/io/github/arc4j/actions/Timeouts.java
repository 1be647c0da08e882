package io.github.arc4j.actions;

import java.time.Duration;

/**
 * Time limits. Those of calls are per try and for the whole exchange, the body of the answer included.
 *
 * @param connect opening a connection, TLS included
 * @param call an ordinary call
 * @param poll a long poll; the service answers after about 50 seconds
 * @param close deletion of a session when it is closed, retries included
 */
public record Timeouts(Duration connect, Duration call, Duration poll, Duration close) {
    /** 30 s, 1 min, 5 min, 5 s. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofSeconds(5));

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
