package io.github.arc4j.controller.options;

import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.runtime.leader.LeaseTiming;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The controller's configuration, read from flags and environment variables.
 *
 * @param leaderElection whether replicas elect a leader, which alone reconciles
 * @param leaderElectionId name of the Lease for leader election
 * @param leaderIdentity identifies this process among the replicas: its pod, so that a restarted container takes its
 *     pod's Lease immediately, or a random text if the pod is not known
 * @param leaseTiming the time intervals of the leader election
 * @param metricsAddress address that serves metrics; empty if metrics are disabled
 * @param runnerGauges whether the metrics about runners and listeners are collected
 * @param healthAddress address that serves the probes; empty if disabled
 * @param kubeconfig path of a kubeconfig file; empty for the default locations
 * @param reportsUninstallation whether the process only reports that the controller was uninstalled, and exits
 * @param upgradesCrds whether the process only upgrades the CustomResourceDefinitions, and exits
 * @param ignored given flags that have no effect
 */
public record ManagerOptions(
        boolean leaderElection,
        String leaderElectionId,
        String leaderIdentity,
        LeaseTiming leaseTiming,
        Optional<ListenAddress> metricsAddress,
        boolean runnerGauges,
        Optional<ListenAddress> healthAddress,
        LogLevel logLevel,
        LogFormat logFormat,
        String kubeconfig,
        ReconcilerSettings reconcilers,
        boolean reportsUninstallation,
        boolean upgradesCrds,
        List<String> ignored) {

    /**
     * Parses flags and environment variables.
     *
     * @throws OptionsException if they are invalid, or {@code --help} is given
     */
    public static ManagerOptions parse(List<String> arguments, Map<String, String> environment)
            throws OptionsException {
        return new OptionsReader(arguments, environment).read();
    }
}
