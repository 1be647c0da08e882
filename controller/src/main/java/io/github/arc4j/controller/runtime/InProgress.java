package io.github.arc4j.controller.runtime;

import java.time.Duration;
import java.util.Collection;

/**
 * The passes under way.
 *
 * @param total the sum of the times since they began
 * @param longest the time since the first of them began
 */
public record InProgress(Duration total, Duration longest) {

    static InProgress of(Collection<? extends QueueEntry<?>> entries, long now) {
        long total = 0;
        long longest = 0;
        for (QueueEntry<?> entry : entries) {
            total += now - entry.takenAt;
            longest = Math.max(longest, now - entry.takenAt);
        }
        return new InProgress(Duration.ofNanos(total), Duration.ofNanos(longest));
    }
}
