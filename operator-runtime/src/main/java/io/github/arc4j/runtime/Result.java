package io.github.arc4j.runtime;

import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.runtime.queue.WorkQueue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The result of a reconcile: what happens to the key. */
public sealed interface Result {

    /** Nothing to do until something changes; resets the key's backoff. */
    record Done() implements Result {}

    /**
     * The key is requeued after {@code delay} even if nothing changes; resets its backoff.
     *
     * @param delay how long to wait; zero means immediately
     */
    record RequeueAfter(Duration delay) implements Result {
        public RequeueAfter {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("negative delay: " + delay);
            }
        }
    }

    /**
     * The key is retried with exponential backoff, as after a failure.
     *
     * @param backoff null for the queue's own
     */
    record Retry(@Nullable Backoff backoff) implements Result {}

    /** The key is requeued after {@code delay}; its backoff is kept, because nothing was attempted. */
    record Postponed(Duration delay) implements Result {}

    static Result done() {
        return new Done();
    }

    static Result after(Duration delay) {
        return new RequeueAfter(delay);
    }

    static Result retry() {
        return new Retry(null);
    }

    static Result retry(Backoff backoff) {
        return new Retry(backoff);
    }

    static Result postponed(Duration delay) {
        return new Postponed(delay);
    }

    /** The same, but the key is requeued after {@code limit} at the latest. */
    default Result within(Duration limit) {
        return switch (this) {
            case Done done -> after(limit);
            case RequeueAfter(Duration delay) when limit.compareTo(delay) < 0 -> after(limit);
            case Postponed(Duration delay) when limit.compareTo(delay) < 0 -> postponed(limit);
            case Retry(Backoff backoff) -> retry((backoff == null ? WorkQueue.DEFAULT_BACKOFF : backoff).atMost(limit));
            default -> this;
        };
    }
}
