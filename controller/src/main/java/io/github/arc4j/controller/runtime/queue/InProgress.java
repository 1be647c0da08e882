package io.github.arc4j.controller.runtime.queue;

import java.time.Duration;
import java.util.Collection;

/**
 * The reconciles in progress.
 *
 * @param total sum of their running times
 * @param longest running time of the oldest
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
