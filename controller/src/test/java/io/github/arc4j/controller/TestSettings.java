package io.github.arc4j.controller;

import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.sources.CredentialsNamespaces;

/** Settings that differ in one thing from others. */
final class TestSettings {
    private TestSettings() {}

    static ReconcilerSettings with(ReconcilerSettings settings, AllowedGitHubHosts hosts) {
        return with(settings, settings.credentialsNamespaces(), hosts);
    }

    static ReconcilerSettings with(ReconcilerSettings settings, CredentialsNamespaces credentials) {
        return with(settings, credentials, settings.allowedGitHubHosts());
    }

    private static ReconcilerSettings with(
            ReconcilerSettings settings, CredentialsNamespaces credentials, AllowedGitHubHosts hosts) {
        return new ReconcilerSettings(
                settings.controllerNamespace(),
                settings.watchedNamespaces(),
                credentials,
                settings.listenerImage(),
                settings.listenerImagePullSecrets(),
                settings.excludedLabelPrefixes(),
                settings.runnerConcurrency(),
                settings.runnerStartTimeout(),
                settings.listeners(),
                settings.userAgent(),
                settings.environment(),
                settings.vaultCertificates(),
                settings.backoff(),
                settings.updateStrategy(),
                hosts);
    }
}
