package io.github.arc4j.runtime.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Lease as a candidate last read it. How long it has not been renewed is measured on the candidate's own monotonic
 * clock, so differences between the clocks of nodes do not matter.
 *
 * @param since when the candidate first read this version, as {@link System#nanoTime()}
 */
record ObservedLease(Lease lease, long since) {
    /**
     * The state after a read.
     *
     * @param previous the state before
     * @param now after the response, because the Lease may have been renewed shortly before
     */
    static ObservedLease after(@Nullable ObservedLease previous, Lease lease, long now) {
        return previous != null && version(previous.lease()).equals(version(lease))
                ? previous
                : new ObservedLease(lease, now);
    }

    String holder() {
        return LeaseRecord.holder(lease);
    }

    /**
     * How long the candidate must wait until it may take the Lease.
     *
     * @param ownDuration the duration of a Lease that does not contain one
     * @return zero if the Lease is free, has expired, or is the candidate's own
     */
    Duration untilFree(String candidate, Duration ownDuration, long now) {
        if (holder().isEmpty() || holder().equals(candidate)) {
            return Duration.ZERO;
        }
        Duration left = LeaseRecord.duration(lease, ownDuration).minusNanos(now - since);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static String version(Lease lease) {
        return lease.getMetadata().getResourceVersion();
    }
}
