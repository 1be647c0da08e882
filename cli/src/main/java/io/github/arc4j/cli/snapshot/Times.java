package io.github.arc4j.cli.snapshot;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times of Kubernetes objects, which are strings, and durations as {@code kubectl} prints them. */
public final class Times {
    private Times() {}

    /** The time in a field; empty if there is none, or if it is not a time. */
    public static Optional<Instant> parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    public static Optional<Instant> created(HasMetadata object) {
        return parse(object.getMetadata().getCreationTimestamp());
    }

    public static Optional<Instant> deleted(HasMetadata object) {
        return parse(object.getMetadata().getDeletionTimestamp());
    }

    /** Such as {@code 45s}, {@code 3m20s}, {@code 5h} or {@code 12d}. */
    public static String text(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 600) {
            return seconds / 60 + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
        }
        if (seconds < 3 * 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
