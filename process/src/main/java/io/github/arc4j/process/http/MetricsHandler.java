package io.github.arc4j.process.http;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Serves a registry to Prometheus. The series match those of the Go system: no {@code _created} series, and bucket
 * bounds formatted as in Go ({@code le="1"}). As in the Go system, the format is always the text format, whatever the
 * scraper prefers: Prometheus prefers OpenMetrics, which would format bounds as {@code le="1.0"} and thus change the
 * identity of series.
 */
public final class MetricsHandler implements HttpHandler {
    private final CollectorRegistry registry;
    private final @Nullable Counter errors;

    public MetricsHandler(CollectorRegistry registry) {
        this(registry, null);
    }

    private MetricsHandler(CollectorRegistry registry, @Nullable Counter errors) {
        this.registry = registry;
        this.errors = errors;
    }

    /** Also counts its own errors in the registry, under the names that Go's handler uses. */
    public static MetricsHandler countingErrors(CollectorRegistry registry) {
        Counter errors = Counter.build()
                .name("promhttp_metric_handler_errors_total")
                .help("Total number of internal errors encountered by the promhttp metric handler.")
                .labelNames("cause")
                .register(registry);
        errors.labels("gathering");
        errors.labels("encoding");
        return new MetricsHandler(registry, errors);
    }

    @Override
    public HttpReply handle(HttpCall call) {
        Enumeration<MetricFamilySamples> families = likeGo(registry.metricFamilySamples());
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Content-Type", TextFormat.CONTENT_TYPE_004));
        boolean gzip = call.header("Accept-Encoding").contains("gzip");
        if (gzip) {
            headers.put("Content-Encoding", "gzip");
        }
        return HttpReply.stream(headers, out -> write(families, gzip ? new GZIPOutputStream(out) : out));
    }

    private void write(Enumeration<MetricFamilySamples> families, OutputStream out) throws IOException {
        // Buffered, because label values are written character by character.
        try (Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8))) {
            TextFormat.write004(text, families);
        } catch (IOException e) {
            if (errors != null) {
                errors.labels("encoding").inc();
            }
            throw e;
        }
    }

    private static Enumeration<MetricFamilySamples> likeGo(Enumeration<MetricFamilySamples> families) {
        List<MetricFamilySamples> changed = new ArrayList<>();
        for (MetricFamilySamples family : Collections.list(families)) {
            boolean histogram = family.type == Collector.Type.HISTOGRAM;
            List<Sample> samples = new ArrayList<>(family.samples.size());
            for (Sample sample : family.samples) {
                if (!sample.name.equals(family.name + "_created")) {
                    samples.add(histogram ? withGoBound(sample) : sample);
                }
            }
            changed.add(new MetricFamilySamples(family.name, family.unit, family.type, family.help, samples));
        }
        return Collections.enumeration(changed);
    }

    private static Sample withGoBound(Sample sample) {
        int le = sample.labelNames.indexOf("le");
        if (le < 0 || sample.labelValues.get(le).equals("+Inf")) {
            return sample;
        }
        List<String> values = new ArrayList<>(sample.labelValues);
        values.set(le, goFloat(values.get(le)));
        return new Sample(sample.name, sample.labelNames, values, sample.value);
    }

    /**
     * The shortest decimal representation, as in Go's {@code strconv.FormatFloat(v, 'g', -1, 64)}: 1, 0.05, 1e+06,
     * 1e-08.
     */
    static String goFloat(String number) {
        BigDecimal value = new BigDecimal(number).stripTrailingZeros();
        int exponent = value.precision() - value.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            return value.toPlainString();
        }
        String digits = value.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        String sign = value.signum() < 0 ? "-" : "";
        return "%s%se%s%02d".formatted(sign, mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
