package io.github.arc4j.controller.runtime.leader;

import java.time.Duration;

/**
 * The time intervals of a leader election.
 *
 * @param lease how long other candidates wait before they take over a Lease that is no longer renewed
 * @param renewDeadline how long a leader may fail to renew before it stops; shorter than {@code lease}, so it has
 *     stopped before another one starts
 * @param retry the time between two attempts
 */
public record LeaseTiming(Duration lease, Duration renewDeadline, Duration retry) {

    /** 15, 10 and 2 seconds, as in controller-runtime. */
    public static final LeaseTiming DEFAULT =
            new LeaseTiming(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

    public LeaseTiming {
        if (lease.compareTo(renewDeadline) <= 0 || renewDeadline.compareTo(retry) <= 0 || !retry.isPositive()) {
            throw new IllegalArgumentException("need lease > renewDeadline > retry > 0");
        }
    }
}
