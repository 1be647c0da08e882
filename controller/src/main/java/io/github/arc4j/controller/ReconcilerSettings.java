package io.github.arc4j.controller;

import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettings;
import io.github.arc4j.controller.autoscalingrunnerset.UpdateStrategy;
import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.github.VaultCertificates;
import io.github.arc4j.controller.runtime.Backoff;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
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

    /** Settings with the usual back-off, changes that take effect at once, any host, and certificates from anywhere. */
    public ReconcilerSettings(
            String controllerNamespace,
            Set<String> watchedNamespaces,
            String listenerImage,
            List<String> listenerImagePullSecrets,
            List<String> excludedLabelPrefixes,
            int runnerConcurrency,
            ListenerSettings listeners,
            UserAgent userAgent,
            Map<String, String> environment) {
        this(
                controllerNamespace,
                watchedNamespaces,
                CredentialsNamespaces.OWN,
                listenerImage,
                listenerImagePullSecrets,
                excludedLabelPrefixes,
                runnerConcurrency,
                Duration.ofMinutes(20),
                listeners,
                userAgent,
                environment,
                VaultCertificates.ANY,
                Backoff.DEFAULT,
                UpdateStrategy.IMMEDIATE,
                AllowedGitHubHosts.ANY);
    }
}
