package io.github.arc4j.runtime.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;

/** The metric {@code leader_election_master_status}: whether this process holds a Lease. */
public final class LeaderMetrics {
    private final Gauge leading;

    public LeaderMetrics(CollectorRegistry registry) {
        leading = Gauge.build(
                        "leader_election_master_status",
                        "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 "
                                + "indicates master. 'name' is the string used to identify the lease. Please make sure "
                                + "to group by name.")
                .labelNames("name")
                .register(registry);
    }

    public void leading(String lease, boolean leads) {
        leading.labels(lease).set(leads ? 1 : 0);
    }
}
