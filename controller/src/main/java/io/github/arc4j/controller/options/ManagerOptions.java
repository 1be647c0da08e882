package io.github.arc4j.controller.options;

import io.github.arc4j.controller.autoscalinglistener.CaBundle;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.controller.autoscalinglistener.ListenerTemplatePolicy;
import io.github.arc4j.controller.autoscalingrunnerset.UpdateStrategy;
import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.github.VaultCertificates;
import io.github.arc4j.controller.runtime.Backoff;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.process.ListenAddress;
import io.github.arc4j.process.LogFormat;
import io.github.arc4j.process.LogLevel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that the controller is told from outside.
 *
 * @param leaderElection whether several processes take turns
 * @param leaderElectionId name of the Lease
 * @param metricsAddress where metrics are served; empty for nowhere
 * @param runnerGauges whether the metrics about runners and listeners are kept
 * @param listenerMetricsAddress where listeners serve metrics, such as {@code :8080}; empty if they do not
 * @param listenerMetricsEndpoint path of the listeners' metrics
 * @param listenerShards where listeners without a pod of their own are
 * @param listenerCaBundle whom listeners trust besides public certificate authorities
 * @param listenerTemplatePolicy what scale sets may say of their listeners' pods
 * @param vaultCertificates which files scale sets may name as certificates of vaults
 * @param healthAddress where probes are answered; empty for nowhere
 * @param runnerConcurrency runners that are worked on at a time. The flag is a floor only: a pass that waits costs a
 *     virtual thread and nothing else, so few of them would save nothing and make every burst of jobs wait
 * @param runnerStartTimeout how long a node may take for each step of a runner pod's start
 * @param watchedNamespaces namespaces of the objects; empty for all
 * @param credentialsNamespaces where the credentials of scale sets are
 * @param excludedLabelPrefixes labels with these prefixes are not passed on to generated objects
 * @param listenerImagePullSecrets names of Secrets for the listeners' pods
 * @param backoff how failed keys come again
 * @param updateStrategy when changes to a scale set with running jobs take effect
 * @param allowedGitHubHosts the hosts that config URLs may name
 * @param kubeconfig path of a kubeconfig file; empty for the usual places
 * @param namespace where the controller runs
 * @param image the controller's own image, which is the listeners' as well
 * @param listenerEntryPoint the listener's command in that image
 * @param reportsUninstallation whether the process is to report that the controller is uninstalled, and to do nothing else
 * @param ignored flags that were given and have no effect
 */
public record ManagerOptions(
        boolean leaderElection,
        String leaderElectionId,
        Optional<ListenAddress> metricsAddress,
        boolean runnerGauges,
        String listenerMetricsAddress,
        String listenerMetricsEndpoint,
        ListenerShards listenerShards,
        Optional<CaBundle> listenerCaBundle,
        ListenerTemplatePolicy listenerTemplatePolicy,
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
        String kubeconfig,
        String namespace,
        String image,
        String listenerEntryPoint,
        boolean reportsUninstallation,
        List<String> ignored) {

    /**
     * Reads flags and environment.
     *
     * @throws OptionsException if they are wrong, or ask for help
     */
    public static ManagerOptions parse(List<String> arguments, Map<String, String> environment)
            throws OptionsException {
        return new OptionsReader(arguments, environment).read();
    }
}
