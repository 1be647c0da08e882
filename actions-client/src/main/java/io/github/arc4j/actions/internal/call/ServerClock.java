package io.github.arc4j.actions.internal.call;

import io.github.arc4j.actions.internal.http.Response;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * GitHub's time. Tokens carry absolute times, so with a wrong local clock GitHub would reject App tokens, and new
 * tokens would appear expired. The {@code Date} header of GitHub's responses reveals the difference.
 */
public final class ServerClock {
    /** Smaller differences may be due to latency. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(ServerClock.class);

    private final Clock local;
    private volatile Duration offset = Duration.ZERO;

    /** Creates a clock that follows the local one until a response shows a difference. */
    public ServerClock(Clock local) {
        this.local = local;
    }

    public Instant now() {
        return local.instant().plus(offset);
    }

    /** Adjusts the clock to a response from GitHub. */
    void observe(Response response) {
        String date = response.header("Date");
        if (date.isEmpty()) {
            return;
        }
        try {
            Instant server = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
            if (Duration.between(now(), server).abs().compareTo(TOLERANCE) > 0) {
                offset = Duration.between(local.instant(), server);
            }
        } catch (DateTimeException e) {
            log.debug("Ignoring the date of a response: {}", e.getMessage());
        }
    }
}
