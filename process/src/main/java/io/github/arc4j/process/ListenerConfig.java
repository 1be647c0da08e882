package io.github.arc4j.process;

import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The listener's {@code config.json}: written by the controller into a Secret, read by the listener. The keys, their
 * order and the format are those of the Go system, so that the controller and the listener each work with their Go
 * counterpart.
 *
 * @param configureUrl GitHub config URL
 * @param vaultType empty, or {@value #AZURE_KEY_VAULT}
 * @param vaultLookupKey name of the vault's secret; empty without a vault
 * @param azureKeyVault null without a vault
 * @param credentials null with a vault
 * @param ephemeralRunnerSetNamespace namespace of the EphemeralRunnerSet that is scaled, and of its runners
 * @param maxRunners {@link Integer#MAX_VALUE} means no maximum; also the capacity that is reported to GitHub
 * @param minRunners desired number of idle runners
 * @param runnerScaleSetName name of the AutoscalingRunnerSet, not of the scale set at GitHub
 * @param serverRootCa PEM, or empty
 * @param logLevel name of a {@link LogLevel}
 * @param logFormat name of a {@link LogFormat}
 * @param metricsAddr a {@link ListenAddress}; empty means no metrics server
 * @param metricsEndpoint path; empty means {@code /metrics}
 * @param metrics null means all metrics with their default labels
 */
@RecordBuilder
public record ListenerConfig(
        String configureUrl,
        String vaultType,
        String vaultLookupKey,
        @Nullable AzureKeyVault azureKeyVault,
        @Nullable AppConfig credentials,
        String ephemeralRunnerSetNamespace,
        String ephemeralRunnerSetName,
        int maxRunners,
        int minRunners,
        int runnerScaleSetId,
        String runnerScaleSetName,
        String serverRootCa,
        String logLevel,
        String logFormat,
        String metricsAddr,
        String metricsEndpoint,
        @Nullable Metrics metrics) {

    public static final String AZURE_KEY_VAULT = "azure_key_vault";

    /**
     * GitHub credentials: a token, or the three parts of an app. Unused parts are empty or 0.
     *
     * @param appId app ID or client ID
     * @param appPrivateKey PEM
     */
    public record AppConfig(String appId, long appInstallationId, String appPrivateKey, String token) {
        /** Null if exactly one kind of credentials is complete, otherwise the problem. */
        @Nullable String problem() {
            boolean app = !appId.isEmpty() && appInstallationId > 0 && !appPrivateKey.isEmpty();
            boolean pat = !token.isEmpty();
            if (app && pat) {
                return "both PAT and GitHub App credentials provided. should only provide one";
            }
            return app || pat
                    ? null
                    : "no credentials provided: either a PAT or GitHub App credentials should be provided";
        }

        /** Credentials that consist of a token. */
        public static AppConfig ofToken(String token) {
            return new AppConfig("", 0, "", token);
        }

        @Override
        public String toString() {
            return "AppConfig[" + (token.isEmpty() ? "app " + appId : "token") + "]";
        }
    }

    /** The vault that holds the credentials. The certificate's path is one in the listener's pod. */
    public record AzureKeyVault(
            String tenantId,
            String clientId,
            String url,
            String certificatePath,
            @Nullable Proxy proxy) {}

    /** A proxy, given by URLs that may contain credentials. */
    public record Proxy(String http, String https, String noProxy, boolean cgi) {
        @Override
        public String toString() {
            return "Proxy[]";
        }
    }

    /** The metrics to serve, by kind and name; others are not served. */
    public record Metrics(
            Map<String, List<String>> counters, Map<String, List<String>> gauges, Map<String, Histogram> histograms) {
        public Metrics {
            counters = Map.copyOf(counters);
            gauges = Map.copyOf(gauges);
            histograms = Map.copyOf(histograms);
        }
    }

    /** @param buckets upper bounds in seconds; empty means the defaults */
    public record Histogram(List<String> labels, List<Double> buckets) {
        public Histogram {
            labels = List.copyOf(labels);
            buckets = List.copyOf(buckets);
        }
    }

    /**
     * Parses the file's content, without validating it. Unknown keys are ignored, missing ones are empty, 0 or null.
     *
     * @throws IOException {@code failed to decode config: …}
     */
    public static ListenerConfig read(byte[] json) throws IOException {
        return ListenerConfigJson.read(json);
    }

    /** The content of the file, with a newline at the end. */
    public byte[] toJson() {
        return ListenerConfigJson.write(this);
    }

    /** Throws {@link IllegalArgumentException} with the first problem. */
    public void validate() {
        @Nullable String problem = problem();
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    private @Nullable String problem() {
        if (configureUrl.isEmpty()) {
            return "GitHubConfigUrl is not provided";
        }
        if (ephemeralRunnerSetNamespace.isEmpty() || ephemeralRunnerSetName.isEmpty()) {
            return "EphemeralRunnerSetNamespace \"%s\" or EphemeralRunnerSetName \"%s\" is missing"
                    .formatted(ephemeralRunnerSetNamespace, ephemeralRunnerSetName);
        }
        if (runnerScaleSetId == 0) {
            return "RunnerScaleSetId \"0\" is missing";
        }
        if (maxRunners < minRunners) {
            return "MinRunners \"%d\" cannot be greater than MaxRunners \"%d\"".formatted(minRunners, maxRunners);
        }
        return credentialsProblem();
    }

    /**
     * An empty vault type means no vault, even if there is a lookup key: the controller's resolution of secrets handles
     * it in the same way.
     */
    private @Nullable String credentialsProblem() {
        if (vaultType.isEmpty()) {
            @Nullable String problem = credentials == null ? "missing app config" : credentials.problem();
            return problem == null ? null : "AppConfig validation failed: " + problem;
        }
        if (!vaultType.equals(AZURE_KEY_VAULT)) {
            return "VaultType validation failed: unknown vault type: \"" + vaultType + "\"";
        }
        return vaultLookupKey.isEmpty()
                ? "VaultLookupKey is required when VaultType is set to \"" + vaultType + "\""
                : null;
    }

    /** The initial values of a builder: no maximum number of runners, and all log levels. */
    private static final ListenerConfig UNSET = new ListenerConfig(
            "",
            "",
            "",
            null,
            null,
            "",
            "",
            Integer.MAX_VALUE,
            0,
            0,
            "",
            "",
            LogLevel.DEBUG.toString(),
            LogFormat.TEXT.toString(),
            "",
            "",
            null);

    /** Returns a builder in which everything is empty, 0 or null, and there is no maximum number of runners. */
    public static ListenerConfigBuilder builder() {
        return ListenerConfigBuilder.builder(UNSET);
    }
}
