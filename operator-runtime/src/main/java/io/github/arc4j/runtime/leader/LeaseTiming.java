package io.github.arc4j.runtime.leader;

import java.time.Duration;

/**
 * The time intervals of a leader election.
 *
 * @param lease how long other candidates wait before they take over a Lease that is no longer renewed; whole seconds,
 *     as in the Lease
 * @param renewDeadline how long a leader may fail to renew before it stops; shorter than {@code lease}, so it has
 *     stopped before another one starts
 * @param retry the time between two renewals
 */
public record LeaseTiming(Duration lease, Duration renewDeadline, Duration retry) {

    /** Reads of the Lease by other candidates in a retry period: the fewer, the later they know of the last renewal. */
    private static final int READS_PER_PERIOD = 2;

    public LeaseTiming {
        if (lease.compareTo(renewDeadline) <= 0 || renewDeadline.compareTo(retry) <= 0 || !retry.isPositive()) {
            throw new IllegalArgumentException(
                    "the lease duration must be longer than the renew deadline, the renew deadline longer than the retry"
                            + " period, and the retry period longer than 0");
        }
        if (lease.getNano() != 0) {
            throw new IllegalArgumentException("the lease duration must be whole seconds");
        }
    }

    /** The time between two reads of the Lease by a candidate that is not the leader. */
    Duration standbyPause() {
        return retry.dividedBy(READS_PER_PERIOD);
    }
}
