package io.github.arc4j.actions.internal;

import io.github.arc4j.actions.internal.Call.Target;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How long a refusal asks to wait. */
final class RetryAfter {
    /** What GitHub's documentation asks for after a secondary rate limit that does not say how long it lasts. */
    private static final Duration UNSAID = Duration.ofMinutes(1);

    private RetryAfter() {}

    /** The time to wait, null if the answer asks for none. A 403 that asks for one is a rate limit. */
    static @Nullable Duration of(Call call, Response response, Instant now) {
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
            return reset.matches("\\d{1,11}") ? until(Instant.ofEpochSecond(Long.parseLong(reset)), now) : UNSAID;
        }
        boolean secondary = status == 403
                && call.target() == Target.REST
                && response.text().toLowerCase(Locale.ROOT).contains("rate limit");
        return secondary ? UNSAID : null;
    }

    private static @Nullable Duration parse(String header, Instant now) {
        if (header.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(header));
        }
        try {
            return until(
                    ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant(),
                    now);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Duration until(Instant time, Instant now) {
        return time.isAfter(now) ? Duration.between(now, time) : Duration.ZERO;
    }
}
