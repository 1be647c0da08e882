package io.github.arc4j.controller.options;

import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettings;
import io.github.arc4j.controller.autoscalingrunnerset.derived.UpdateStrategy;
import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.github.credentials.VaultCertificates;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.tracing.TracesCollector;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.runtime.queue.WorkQueue;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of the reconcilers, from flags and environment variables.
 *
 * @param controllerNamespace the namespace of the controller and the listeners
 * @param watchedNamespaces namespaces to watch; empty for all
 * @param credentialsNamespaces the namespaces that hold the scale sets' GitHub credentials
 * @param listenerImage image of the listeners, the controller's own
 * @param listenerImagePullSecrets names of image pull Secrets in the controller's namespace
 * @param excludedLabelPrefixes labels with these prefixes are not propagated to generated objects
 * @param runnerConcurrency maximum number of runners reconciled concurrently
 * @param runnerStartTimeout how long a node may take for each step of starting a runner pod
 * @param userAgent the controller's user agent, which contains its version
 * @param environment environment variables with the default proxies
 * @param vaultCertificates which files scale sets may use as client certificates for vaults
 * @param backoff delay before a failed key is retried
 * @param updateStrategy when changes of the runner template take effect
 * @param allowedGitHubHosts the hosts that config URLs may name
 * @param tracesCollector receives a trace of each job; empty for no traces
 * @param consoleAddress address that serves the web console; empty for no console
 */
@RecordBuilder
public record ReconcilerSettings(
        String controllerNamespace,
        Set<String> watchedNamespaces,
        CredentialsNamespaces credentialsNamespaces,
        String listenerImage,
        List<String> listenerImagePullSecrets,
        List<String> excludedLabelPrefixes,
        int runnerConcurrency,
        Duration runnerStartTimeout,
        ListenerSettings listeners,
        UserAgent userAgent,
        Environment environment,
        VaultCertificates vaultCertificates,
        Backoff backoff,
        UpdateStrategy updateStrategy,
        AllowedGitHubHosts allowedGitHubHosts,
        Optional<TracesCollector> tracesCollector,
        Optional<ListenAddress> consoleAddress) {
    public ReconcilerSettings {
        watchedNamespaces = Set.copyOf(watchedNamespaces);
        listenerImagePullSecrets = List.copyOf(listenerImagePullSecrets);
        excludedLabelPrefixes = List.copyOf(excludedLabelPrefixes);
    }

    /** Environment variables. Their text lacks the values, which may contain credentials. */
    public record Environment(Map<String, String> variables) {
        public Environment {
            variables = Map.copyOf(variables);
        }

        @Override
        public String toString() {
            return "Environment[]";
        }
    }

    /** Defaults: all namespaces, the default backoff, immediate updates, no restriction of hosts and certificates. */
    public static ReconcilerSettingsBuilder builder() {
        return ReconcilerSettingsBuilder.builder()
                .watchedNamespaces(Set.of())
                .credentialsNamespaces(CredentialsNamespaces.OWN)
                .listenerImagePullSecrets(List.of())
                .excludedLabelPrefixes(List.of())
                .runnerStartTimeout(Duration.ofMinutes(20))
                .environment(new Environment(Map.of()))
                .vaultCertificates(VaultCertificates.ANY)
                .backoff(WorkQueue.DEFAULT_BACKOFF)
                .updateStrategy(UpdateStrategy.IMMEDIATE)
                .allowedGitHubHosts(AllowedGitHubHosts.ANY)
                .tracesCollector(Optional.empty())
                .consoleAddress(Optional.empty());
    }
}
