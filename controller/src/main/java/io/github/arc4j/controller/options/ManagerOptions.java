package io.github.arc4j.controller.options;

import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.controller.autoscalinglistener.pod.CaBundle;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerTemplatePolicy;
import io.github.arc4j.controller.autoscalingrunnerset.derived.UpdateStrategy;
import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.github.credentials.VaultCertificates;
import io.github.arc4j.controller.runtime.leader.LeaseTiming;
import io.github.arc4j.controller.runtime.queue.Backoff;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.tracing.TracesCollector;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
 * @param listenerMetricsAddress address on which listeners serve metrics, such as {@code :8080}; empty if disabled
 * @param listenerMetricsEndpoint URL path of the listeners' metrics
 * @param listenerShards the shared listener pods, which run the listeners that have no dedicated pod
 * @param listenerCaBundle certificate authorities that listeners trust in addition to the public ones
 * @param listenerTemplatePolicy which settings of listener pods scale sets may override
 * @param listenerPodMetadata which labels and annotations scale sets may give listener pods
 * @param vaultCertificates which files scale sets may use as client certificates for vaults
 * @param healthAddress address that serves the probes; empty if disabled
 * @param runnerConcurrency maximum number of runners reconciled concurrently, at least 64. A reconcile that waits costs
 *     only a virtual thread, so a lower limit would save nothing and delay every burst of jobs
 * @param runnerStartTimeout how long a node may take for each step of starting a runner pod
 * @param watchedNamespaces namespaces to watch; empty for all
 * @param credentialsNamespaces the namespaces that hold the scale sets' GitHub credentials
 * @param excludedLabelPrefixes labels with these prefixes are not propagated to generated objects
 * @param listenerImagePullSecrets names of the image pull Secrets of listener pods
 * @param backoff delay before a failed key is retried
 * @param updateStrategy when changes to a scale set with running jobs take effect
 * @param allowedGitHubHosts the hosts that config URLs may name
 * @param tracesCollector receives a trace of each job; empty for no traces
 * @param consoleAddress address that serves the web console; empty for no console
 * @param kubeconfig path of a kubeconfig file; empty for the default locations
 * @param namespace the controller's own namespace
 * @param image the controller's own image, which listener pods use too
 * @param listenerEntryPoint the listener's command in that image
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
        String listenerMetricsAddress,
        String listenerMetricsEndpoint,
        ListenerShards listenerShards,
        Optional<CaBundle> listenerCaBundle,
        ListenerTemplatePolicy listenerTemplatePolicy,
        ListenerPodMetadata listenerPodMetadata,
        VaultCertificates vaultCertificates,
        Optional<ListenAddress> healthAddress,
        int runnerConcurrency,
        Duration runnerStartTimeout,
        Set<String> watchedNamespaces,
        CredentialsNamespaces credentialsNamespaces,
        List<String> excludedLabelPrefixes,
        List<String> listenerImagePullSecrets,
        LogLevel logLevel,
        LogFormat logFormat,
        Backoff backoff,
        UpdateStrategy updateStrategy,
        AllowedGitHubHosts allowedGitHubHosts,
        Optional<TracesCollector> tracesCollector,
        Optional<ListenAddress> consoleAddress,
        String kubeconfig,
        String namespace,
        String image,
        String listenerEntryPoint,
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
