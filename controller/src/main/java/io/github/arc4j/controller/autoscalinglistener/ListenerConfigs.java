package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.actions.Credentials;
import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.MetricsConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.sources.Source;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfigBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds the configuration file of a listener. */
record ListenerConfigs(SecretReader secrets, VaultReader vaults, ListenerSettings settings) {

    /** The Secrets and ConfigMaps that it is built from. */
    Set<Source> sources(AutoscalingListenerSpec spec) {
        return Source.of(
                secrets.credentialsNamespaces(),
                spec.autoscalingRunnerSetNamespace(),
                spec.githubConfigSecret(),
                spec.proxy(),
                spec.githubServerTLS(),
                spec.vaultConfig());
    }

    /**
     * @throws GitHubAccessException if the credentials or certificates cannot be read, or the configuration is invalid
     */
    ListenerConfig config(AutoscalingListener listener) throws GitHubAccessException {
        AutoscalingListenerSpec spec = listener.getSpec();
        ListenerConfigBuilder config = ListenerConfig.builder()
                .configureUrl(spec.githubConfigUrl())
                .ephemeralRunnerSetNamespace(spec.autoscalingRunnerSetNamespace())
                .ephemeralRunnerSetName(spec.ephemeralRunnerSetName())
                .minRunners(spec.minRunners())
                .maxRunners(spec.maxRunners())
                .runnerScaleSetId(spec.runnerScaleSetId())
                .runnerScaleSetName(spec.autoscalingRunnerSetName())
                .serverRootCa(secrets.rootCertificates(spec.autoscalingRunnerSetNamespace(), spec.githubServerTLS()))
                .logLevel(settings.logLevel().toString())
                .logFormat(settings.logFormat().toString())
                .metrics(metrics(spec.metrics()));
        VaultConfig vault = VaultReader.used(spec.vaultConfig());
        if (vault == null) {
            config.credentials(credentials(spec));
        } else {
            config.vaultType(vault.type())
                    .vaultLookupKey(spec.githubConfigSecret())
                    .azureKeyVault(azureKeyVault(spec, vault));
        }
        if (!settings.metricsAddress().isEmpty()) {
            config.metricsAddr(settings.metricsAddress()).metricsEndpoint(settings.metricsEndpoint());
        }
        ListenerConfig built = config.build();
        try {
            built.validate();
        } catch (IllegalArgumentException e) {
            throw new GitHubAccessException("InvalidListenerConfig", "invalid listener config: " + e.getMessage(), e);
        }
        return built;
    }

    /** The listener reads the vault itself; the proxy credentials are in Secrets that only the controller may read. */
    private ListenerConfig.AzureKeyVault azureKeyVault(AutoscalingListenerSpec spec, VaultConfig vault)
            throws GitHubAccessException {
        AzureKeyVaultConfig azure = VaultReader.check(vault);
        Map<String, String> proxy = vaults.proxyUrls(spec.autoscalingRunnerSetNamespace(), vault);
        return new ListenerConfig.AzureKeyVault(
                azure.tenantId(),
                azure.clientId(),
                azure.url(),
                azure.certificatePath(),
                proxy.isEmpty()
                        ? null
                        : new ListenerConfig.Proxy(
                                proxy.getOrDefault(RunnerEnvironment.HTTP_PROXY, ""),
                                proxy.getOrDefault(RunnerEnvironment.HTTPS_PROXY, ""),
                                proxy.getOrDefault(RunnerEnvironment.NO_PROXY, ""),
                                false));
    }

    private ListenerConfig.AppConfig credentials(AutoscalingListenerSpec spec) throws GitHubAccessException {
        Map<String, String> data = secrets.credentials(spec.autoscalingRunnerSetNamespace(), spec.githubConfigSecret());
        String installation = stripped(data, Credentials.APP_INSTALLATION_ID);
        try {
            return new ListenerConfig.AppConfig(
                    stripped(data, Credentials.APP_ID),
                    installation.isEmpty() ? 0 : Long.parseLong(installation),
                    // not stripped: most keys end with a line break, and stripping it would restart listeners
                    data.getOrDefault(Credentials.APP_PRIVATE_KEY, ""),
                    stripped(data, Credentials.TOKEN));
        } catch (NumberFormatException e) {
            throw new GitHubAccessException(
                    "InvalidCredentials",
                    "Secret %s/%s: github_app_installation_id is not a number"
                            .formatted(
                                    secrets.credentialsNamespaces().of(spec.autoscalingRunnerSetNamespace()),
                                    spec.githubConfigSecret()),
                    e);
        }
    }

    /** Strips as {@link Credentials#of} does: {@code kubectl create secret --from-file} often adds a line break. */
    private static String stripped(Map<String, String> data, String key) {
        return data.getOrDefault(key, "").strip();
    }

    private static ListenerConfig.@Nullable Metrics metrics(@Nullable MetricsConfig metrics) {
        if (metrics == null) {
            return null;
        }
        Map<String, ListenerConfig.Histogram> histograms = new LinkedHashMap<>();
        metrics.histograms()
                .forEach((name, histogram) ->
                        histograms.put(name, new ListenerConfig.Histogram(histogram.labels(), histogram.buckets())));
        Map<String, List<String>> counters = new LinkedHashMap<>();
        metrics.counters().forEach((name, counter) -> counters.put(name, counter.labels()));
        Map<String, List<String>> gauges = new LinkedHashMap<>();
        metrics.gauges().forEach((name, gauge) -> gauges.put(name, gauge.labels()));
        return new ListenerConfig.Metrics(counters, gauges, histograms);
    }
}
