package io.github.arc4j.process;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.arc4j.actions.wire.GoEscapes;
import io.github.arc4j.actions.wire.JsonObject;
import io.github.arc4j.actions.wire.JsonText;
import io.github.arc4j.process.ListenerConfig.AppConfig;
import io.github.arc4j.process.ListenerConfig.AzureKeyVault;
import io.github.arc4j.process.ListenerConfig.Histogram;
import io.github.arc4j.process.ListenerConfig.Metrics;
import io.github.arc4j.process.ListenerConfig.Proxy;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The JSON of {@link ListenerConfig}. Handwritten, because it must equal the output of Go's encoder byte for byte. */
final class ListenerConfigJson {
    private static final List<String> CREDENTIALS =
            List.of("github_app_id", "github_app_installation_id", "github_app_private_key", "github_token");

    private ListenerConfigJson() {}

    static ListenerConfig read(byte[] json) throws IOException {
        try {
            return config(JsonObject.read(json));
        } catch (IOException e) {
            throw new IOException("failed to decode config: " + e.getMessage());
        }
    }

    private static ListenerConfig config(JsonObject root) throws IOException {
        boolean credentials = CREDENTIALS.stream().anyMatch(root::has);
        @Nullable JsonObject vault = root.object("azure_key_vault");
        @Nullable JsonObject metrics = root.object("metrics");
        return new ListenerConfig(
                root.text("configure_url"),
                root.text("vault_type"),
                root.text("vault_lookup_key"),
                vault == null ? null : vault(vault),
                credentials ? appConfig(root) : null,
                root.text("ephemeral_runner_set_namespace"),
                root.text("ephemeral_runner_set_name"),
                root.integer("max_runners"),
                root.integer("min_runners"),
                root.integer("runner_scale_set_id"),
                root.text("runner_scale_set_name"),
                root.text("server_root_ca"),
                root.text("log_level"),
                root.text("log_format"),
                root.text("metrics_addr"),
                root.text("metrics_endpoint"),
                metrics == null ? null : metrics(metrics));
    }

    private static AppConfig appConfig(JsonObject root) throws IOException {
        // Earlier versions wrote the app ID as a number.
        @Nullable Long id = root.find("github_app_id", Long.class);
        return new AppConfig(
                id == null ? root.text("github_app_id") : id.toString(),
                root.number("github_app_installation_id"),
                root.text("github_app_private_key"),
                root.text("github_token"));
    }

    private static AzureKeyVault vault(JsonObject vault) throws IOException {
        @Nullable JsonObject proxy = vault.object("proxy");
        return new AzureKeyVault(
                vault.text("tenant_id"),
                vault.text("client_id"),
                vault.text("url"),
                vault.text("certificate_path"),
                proxy == null
                        ? null
                        : new Proxy(
                                proxy.text("HTTPProxy"),
                                proxy.text("HTTPSProxy"),
                                proxy.text("NoProxy"),
                                proxy.flag("CGI")));
    }

    private static Metrics metrics(JsonObject metrics) throws IOException {
        return new Metrics(
                metricsOf(metrics, "counters", ListenerConfigJson::labels),
                metricsOf(metrics, "gauges", ListenerConfigJson::labels),
                metricsOf(
                        metrics,
                        "histograms",
                        metric -> new Histogram(
                                labels(metric),
                                metric.list("buckets", Number.class).stream()
                                        .map(Number::doubleValue)
                                        .toList())));
    }

    private interface Metric<T> {
        T read(JsonObject json) throws IOException;
    }

    private static <T> Map<String, T> metricsOf(JsonObject metrics, String kind, Metric<T> metric) throws IOException {
        Map<String, T> read = new TreeMap<>();
        @Nullable JsonObject named = metrics.object(kind);
        if (named != null) {
            for (String name : named.keys()) {
                @Nullable JsonObject json = named.object(name);
                read.put(name, metric.read(json == null ? JsonObject.EMPTY : json));
            }
        }
        return read;
    }

    private static List<String> labels(JsonObject metric) throws IOException {
        return metric.list("labels", String.class);
    }

    static byte[] write(ListenerConfig config) {
        String text = JsonText.write(out -> {
            out.setCharacterEscapes(new GoEscapes());
            out.writeStartObject();
            writeCredentials(out, config);
            out.writeStringField("ephemeral_runner_set_namespace", config.ephemeralRunnerSetNamespace());
            out.writeStringField("ephemeral_runner_set_name", config.ephemeralRunnerSetName());
            out.writeNumberField("max_runners", config.maxRunners());
            out.writeNumberField("min_runners", config.minRunners());
            out.writeNumberField("runner_scale_set_id", config.runnerScaleSetId());
            out.writeStringField("runner_scale_set_name", config.runnerScaleSetName());
            out.writeStringField("server_root_ca", config.serverRootCa());
            out.writeStringField("log_level", config.logLevel());
            out.writeStringField("log_format", config.logFormat());
            out.writeStringField("metrics_addr", config.metricsAddr());
            out.writeStringField("metrics_endpoint", config.metricsEndpoint());
            writeMetrics(out, config.metrics());
            out.writeEndObject();
            out.writeRaw('\n');
        });
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void writeCredentials(JsonGenerator out, ListenerConfig config) throws IOException {
        out.writeStringField("configure_url", config.configureUrl());
        out.writeStringField("vault_type", config.vaultType());
        out.writeStringField("vault_lookup_key", config.vaultLookupKey());
        @Nullable AzureKeyVault vault = config.azureKeyVault();
        if (vault != null) {
            out.writeObjectFieldStart("azure_key_vault");
            out.writeStringField("tenant_id", vault.tenantId());
            out.writeStringField("client_id", vault.clientId());
            out.writeStringField("url", vault.url());
            out.writeStringField("certificate_path", vault.certificatePath());
            @Nullable Proxy proxy = vault.proxy();
            if (proxy != null) {
                out.writeObjectFieldStart("proxy");
                out.writeStringField("HTTPProxy", proxy.http());
                out.writeStringField("HTTPSProxy", proxy.https());
                out.writeStringField("NoProxy", proxy.noProxy());
                out.writeBooleanField("CGI", proxy.cgi());
                out.writeEndObject();
            }
            out.writeEndObject();
        }
        @Nullable AppConfig credentials = config.credentials();
        if (credentials != null) {
            out.writeStringField("github_app_id", credentials.appId());
            out.writeNumberField("github_app_installation_id", credentials.appInstallationId());
            out.writeStringField("github_app_private_key", credentials.appPrivateKey());
            out.writeStringField("github_token", credentials.token());
        }
    }

    private static void writeMetrics(JsonGenerator out, @Nullable Metrics metrics) throws IOException {
        if (metrics == null) {
            out.writeNullField("metrics");
            return;
        }
        out.writeObjectFieldStart("metrics");
        writeMetricsOf(out, "counters", metrics.counters(), labels -> new Histogram(labels, List.of()));
        writeMetricsOf(out, "gauges", metrics.gauges(), labels -> new Histogram(labels, List.of()));
        writeMetricsOf(out, "histograms", metrics.histograms(), Function.identity());
        out.writeEndObject();
    }

    /** Like Go, omits empty maps and empty buckets, and sorts names. */
    private static <T> void writeMetricsOf(
            JsonGenerator out, String kind, Map<String, T> metrics, Function<T, Histogram> shape) throws IOException {
        if (metrics.isEmpty()) {
            return;
        }
        out.writeObjectFieldStart(kind);
        for (Map.Entry<String, T> entry : new TreeMap<>(metrics).entrySet()) {
            Histogram metric = shape.apply(entry.getValue());
            out.writeObjectFieldStart(entry.getKey());
            out.writeArrayFieldStart("labels");
            for (String label : metric.labels()) {
                out.writeString(label);
            }
            out.writeEndArray();
            if (!metric.buckets().isEmpty()) {
                out.writeArrayFieldStart("buckets");
                for (double bucket : metric.buckets()) {
                    out.writeNumber(new BigDecimal(Double.toString(bucket))
                            .stripTrailingZeros()
                            .toPlainString());
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }
}
