package io.github.arc4j.controller;

import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettings;
import io.github.arc4j.controller.autoscalingrunnerset.UpdateStrategy;
import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.github.VaultCertificates;
import io.github.arc4j.controller.runtime.Backoff;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the reconcilers are told by flags and environment.
 *
 * @param controllerNamespace where the controller and the listeners run
 * @param watchedNamespaces namespaces of the objects; empty for all
 * @param credentialsNamespaces where the credentials of scale sets are
 * @param listenerImage image of the listeners, the controller's own
 * @param listenerImagePullSecrets names of Secrets in the controller's namespace
 * @param excludedLabelPrefixes labels with these prefixes are not passed on to generated objects
 * @param runnerConcurrency runners that are worked on at a time
 * @param runnerStartTimeout how long a node may take for each step of a runner pod's start
 * @param userAgent of the controller; it names the build
 * @param environment for the proxies of objects that name none
 * @param vaultCertificates which files scale sets may name as certificates of vaults
 * @param backoff how failed keys come again
 * @param updateStrategy when changes of the runners' template take effect
 * @param allowedGitHubHosts the hosts that config URLs may name
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
        Map<String, String> environment,
        VaultCertificates vaultCertificates,
        Backoff backoff,
        UpdateStrategy updateStrategy,
        AllowedGitHubHosts allowedGitHubHosts) {
    public ReconcilerSettings {
        watchedNamespaces = Set.copyOf(watchedNamespaces);
        listenerImagePullSecrets = List.copyOf(listenerImagePullSecrets);
        excludedLabelPrefixes = List.copyOf(excludedLabelPrefixes);
        environment = Map.copyOf(environment);
    }

    /** Defaults: all namespaces, the usual back-off, changes at once, any host, vault certificates from anywhere. */
    public static ReconcilerSettingsBuilder builder() {
        return ReconcilerSettingsBuilder.builder()
                .watchedNamespaces(Set.of())
                .credentialsNamespaces(CredentialsNamespaces.OWN)
                .listenerImagePullSecrets(List.of())
                .excludedLabelPrefixes(List.of())
                .runnerStartTimeout(Duration.ofMinutes(20))
                .environment(Map.of())
                .vaultCertificates(VaultCertificates.ANY)
                .backoff(Backoff.DEFAULT)
                .updateStrategy(UpdateStrategy.IMMEDIATE)
                .allowedGitHubHosts(AllowedGitHubHosts.ANY);
    }
}
