package io.github.arc4j.controller.runtime;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What becomes of a key after a pass over it. */
public sealed interface Result {

    /** Nothing is left to do until something changes; the key's back-off starts afresh. */
    record Done() implements Result {}

    /**
     * The key comes back after {@code delay} even if nothing changes; its back-off starts afresh.
     *
     * @param delay how long to wait; zero means at once
     */
    record RequeueAfter(Duration delay) implements Result {
        public RequeueAfter {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("negative delay: " + delay);
            }
        }
    }

    /**
     * The key comes back with exponential back-off, as after a failure.
     *
     * @param backoff null for the queue's own
     */
    record Retry(@Nullable Backoff backoff) implements Result {}

    /**
     * The key comes back after {@code delay}; its back-off stays as it is, because nothing was tried.
     *
     * @param delay how long to wait
     */
    record Postponed(Duration delay) implements Result {}

    static Result done() {
        return new Done();
    }

    /** Comes back after {@code delay}. */
    static Result after(Duration delay) {
        return new RequeueAfter(delay);
    }

    /** Comes back rate-limited. */
    static Result retry() {
        return new Retry(null);
    }

    /** Comes back with a back-off that fits the failure. */
    static Result retry(Backoff backoff) {
        return new Retry(backoff);
    }

    /** Comes back after {@code delay} for a try that did not take place. */
    static Result postponed(Duration delay) {
        return new Postponed(delay);
    }

    /** The same, but the key comes back after {@code limit} at the latest. */
    default Result within(Duration limit) {
        return switch (this) {
            case Done done -> after(limit);
            case RequeueAfter(Duration delay) when limit.compareTo(delay) < 0 -> after(limit);
            case Postponed(Duration delay) when limit.compareTo(delay) < 0 -> postponed(limit);
            case Retry(Backoff backoff) -> retry((backoff == null ? Backoff.DEFAULT : backoff).atMost(limit));
            default -> this;
        };
    }
}
