package io.github.arc4j.process;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import io.github.arc4j.process.ListenerConfig.AppConfig;
import io.github.arc4j.process.ListenerConfig.AzureKeyVault;
import io.github.arc4j.process.ListenerConfig.Histogram;
import io.github.arc4j.process.ListenerConfig.Metrics;
import io.github.arc4j.process.ListenerConfig.Proxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of {@link ListenerConfig}, written by hand: it has to be, byte for byte, what Go's encoder writes, because
 * its hash decides whether a listener is restarted.
 */
final class ListenerConfigJson {
    private static final List<String> CREDENTIALS =
            List.of("github_app_id", "github_app_installation_id", "github_app_private_key", "github_token");

    private ListenerConfigJson() {}

    static ListenerConfig read(byte[] json) throws IOException {
        try {
            return config(Json.readObject(json));
        } catch (IOException e) {
            // Jackson's own message would quote the text, which holds credentials.
            String reason = e instanceof JsonProcessingException parse ? parse.getOriginalMessage() : e.getMessage();
            throw new IOException("failed to decode config: " + reason);
        }
    }

    private static ListenerConfig config(Map<String, ?> root) throws IOException {
        boolean credentials = CREDENTIALS.stream().anyMatch(root::containsKey);
        @Nullable Map<String, ?> vault = object(root, "azure_key_vault");
        @Nullable Map<String, ?> metrics = object(root, "metrics");
        return new ListenerConfig(
                text(root, "configure_url"),
                text(root, "vault_type"),
                text(root, "vault_lookup_key"),
                vault == null ? null : vault(vault),
                credentials ? appConfig(root) : null,
                text(root, "ephemeral_runner_set_namespace"),
                text(root, "ephemeral_runner_set_name"),
                Math.toIntExact(number(root, "max_runners", Integer.MAX_VALUE)),
                Math.toIntExact(number(root, "min_runners", Integer.MAX_VALUE)),
                Math.toIntExact(number(root, "runner_scale_set_id", Integer.MAX_VALUE)),
                text(root, "runner_scale_set_name"),
                text(root, "server_root_ca"),
                text(root, "log_level"),
                text(root, "log_format"),
                text(root, "metrics_addr"),
                text(root, "metrics_endpoint"),
                metrics == null ? null : metrics(metrics));
    }

    private static AppConfig appConfig(Map<String, ?> root) throws IOException {
        // Earlier versions wrote the app id as a number.
        return new AppConfig(
                root.get("github_app_id") instanceof Long id ? id.toString() : text(root, "github_app_id"),
                number(root, "github_app_installation_id", Long.MAX_VALUE),
                text(root, "github_app_private_key"),
                text(root, "github_token"));
    }

    private static AzureKeyVault vault(Map<String, ?> node) throws IOException {
        @Nullable Map<String, ?> proxy = object(node, "proxy");
        return new AzureKeyVault(
                text(node, "tenant_id"),
                text(node, "client_id"),
                text(node, "url"),
                text(node, "certificate_path"),
                proxy == null
                        ? null
                        : new Proxy(
                                text(proxy, "HTTPProxy"),
                                text(proxy, "HTTPSProxy"),
                                text(proxy, "NoProxy"),
                                Boolean.TRUE.equals(proxy.get("CGI"))));
    }

    private static Metrics metrics(Map<String, ?> node) throws IOException {
        return new Metrics(
                metricsOf(node, "counters", ListenerConfigJson::labels),
                metricsOf(node, "gauges", ListenerConfigJson::labels),
                metricsOf(
                        node,
                        "histograms",
                        metric -> new Histogram(
                                labels(metric),
                                elements(metric, "buckets", Number.class).stream()
                                        .map(Number::doubleValue)
                                        .toList())));
    }

    private interface Metric<T> {
        T read(Map<String, ?> json) throws IOException;
    }

    private static <T> Map<String, T> metricsOf(Map<String, ?> node, String kind, Metric<T> metric) throws IOException {
        Map<String, T> metrics = new TreeMap<>();
        @Nullable Map<String, ?> named = object(node, kind);
        if (named != null) {
            for (String name : named.keySet()) {
                @Nullable Map<String, ?> json = object(named, name);
                metrics.put(name, metric.read(json == null ? Map.of() : json));
            }
        }
        return metrics;
    }

    private static List<String> labels(Map<String, ?> metric) throws IOException {
        return elements(metric, "labels", String.class);
    }

    private static <T> List<T> elements(Map<String, ?> node, String key, Class<T> type) throws IOException {
        @Nullable List<?> list = value(node, key, List.class, "a list");
        List<T> elements = new ArrayList<>();
        for (Object element : list == null ? List.of() : list) {
            if (!type.isInstance(element)) {
                throw new IOException(key + " has an element of another type than expected");
            }
            elements.add(type.cast(element));
        }
        return elements;
    }

    private static String text(Map<String, ?> node, String key) throws IOException {
        @Nullable String text = value(node, key, String.class, "a string");
        return text == null ? "" : text;
    }

    private static long number(Map<String, ?> node, String key, long max) throws IOException {
        @Nullable Long number = value(node, key, Long.class, "an integer in range");
        if (number == null) {
            return 0;
        }
        if (Math.abs(number) > max) {
            throw new IOException(key + " is not an integer in range");
        }
        return number;
    }

    @SuppressWarnings("unchecked") // keys are texts
    private static @Nullable Map<String, ?> object(Map<String, ?> node, String key) throws IOException {
        return value(node, key, Map.class, "an object");
    }

    /** Null if it is missing or null. */
    private static <T> @Nullable T value(Map<String, ?> node, String key, Class<T> type, String kind)
            throws IOException {
        @Nullable Object value = node.get(key);
        if (value != null && !type.isInstance(value)) {
            throw new IOException(key + " is not " + kind);
        }
        return type.cast(value);
    }

    static byte[] write(ListenerConfig config) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
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

    /** As Go: empty maps and empty buckets are left out, names are sorted. */
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

    /** Go escapes what HTML and JavaScript might take for their own, in lower-case hexadecimal. */
    private static final class GoEscapes extends CharacterEscapes {
        private final int[] ascii = standardAsciiEscapesForJSON();

        GoEscapes() {
            for (int c = 0; c < 0x20; c++) {
                if (ascii[c] < 0) {
                    ascii[c] = ESCAPE_CUSTOM;
                }
            }
            ascii['<'] = ESCAPE_CUSTOM;
            ascii['>'] = ESCAPE_CUSTOM;
            ascii['&'] = ESCAPE_CUSTOM;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int ch) {
            boolean escaped = ch < 0x80 || ch == 0x2028 || ch == 0x2029;
            return escaped ? new SerializedString("\\u%04x".formatted(ch)) : null;
        }
    }
}
