package io.github.arc4j.actions.internal.call;

import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Call.Target;
import io.github.arc4j.actions.internal.http.Response;
import io.github.arc4j.actions.wire.Backoff;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The delay that a response requests before a retry. */
final class RetryAfter {
    /** Proxies send 0 or a time in the past, and shortly before a rate limit resets, less than a second remains. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** GitHub counts requests by the hour; longer delays are errors. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final int MAX_DIGITS = 9;
    /** At least 1, 2, 4 s and so on: a fifth less than 1.25 s is 1 s. */
    private static final Backoff MINIMUM = Backoff.doubling(Duration.ofMillis(1250), Duration.ofHours(1));

    /** The delay that GitHub's documentation prescribes after a secondary rate limit without a duration. */
    private static final Duration UNSPECIFIED = Duration.ofMinutes(1);

    private RetryAfter() {}

    /**
     * Returns the delay, 1 s to 1 h; null if the response requests none. A 403 that requests a delay is a rate limit.
     */
    static @Nullable Duration of(Call call, Response response, Instant now) {
        @Nullable Duration requested = requested(call, response, now);
        if (requested == null || requested.compareTo(LONGEST) > 0) {
            return requested == null ? null : LONGEST;
        }
        return requested.compareTo(SHORTEST) < 0 ? MINIMUM.after(1) : requested;
    }

    /**
     * Returns the delay after this number of consecutive failures: the requested delay, or a longer one that grows with
     * each failure if the requested delay is too short.
     */
    static Duration atLeast(Duration requested, int failures) {
        if (failures == 1) {
            return requested;
        }
        Duration minimum = MINIMUM.after(failures);
        return requested.compareTo(minimum) < 0 ? minimum : requested;
    }

    private static @Nullable Duration requested(Call call, Response response, Instant now) {
        int status = response.status();
        if (status != 429 && status != 503 && status != 403) {
            return null;
        }
        String header = response.header("Retry-After").strip();
        if (!header.isEmpty()) {
            return parse(header, now);
        }
        if (status != 503 && response.header("X-RateLimit-Remaining").strip().equals("0")) {
            String reset = response.header("X-RateLimit-Reset").strip();
            return reset.matches("\\d{1,11}") ? until(Instant.ofEpochSecond(Long.parseLong(reset)), now) : UNSPECIFIED;
        }
        boolean secondary = status == 403
                && call.target() == Target.REST
                && response.text().toLowerCase(Locale.ROOT).contains("rate limit");
        return secondary ? UNSPECIFIED : null;
    }

    private static @Nullable Duration parse(String header, Instant now) {
        if (header.matches("\\d+")) {
            return header.length() > MAX_DIGITS ? LONGEST : Duration.ofSeconds(Long.parseLong(header));
        }
        try {
            return until(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header)), now);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Duration until(Instant time, Instant now) {
        return time.isAfter(now) ? Duration.between(now, time) : Duration.ZERO;
    }
}
