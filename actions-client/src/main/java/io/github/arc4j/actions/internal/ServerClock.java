package io.github.arc4j.actions.internal;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * GitHub's time. Tokens carry absolute times, so a wrong local clock would make App tokens refused and fresh tokens
 * look expired; the {@code Date} header of GitHub's answers shows the difference.
 */
public final class ServerClock {
    /** Smaller differences may be the time that the answer took. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private final Clock local;
    private volatile Duration offset = Duration.ZERO;

    /** Creates a clock that is right until an answer shows otherwise. */
    public ServerClock(Clock local) {
        this.local = local;
    }

    Instant now() {
        return local.instant().plus(offset);
    }

    /** Learns from an answer; returns whether the difference was not known before. */
    boolean observe(Response response) {
        String date = response.header("Date");
        if (date.isEmpty()) {
            return false;
        }
        try {
            Instant server = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            boolean changed = Duration.between(now(), server).abs().compareTo(TOLERANCE) > 0;
            if (changed) {
                offset = Duration.between(local.instant(), server);
            }
            return changed;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
