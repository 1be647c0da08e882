package io.github.arc4j.process.http;

import io.github.arc4j.process.LazyList;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/**
 * The text for Prometheus. The series match those of the Go system: no {@code _created} series, and bucket bounds
 * formatted as in Go ({@code le="1"}).
 */
final class MetricsText {
    private MetricsText() {}

    /** Returns the compressed text, which is much smaller than the samples: only those of one collector are kept. */
    static byte[] compressed(CollectorRegistry registry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // Buffered, because label values are written character by character.
        try (Writer text =
                new BufferedWriter(new OutputStreamWriter(new GZIPOutputStream(bytes), StandardCharsets.UTF_8))) {
            Enumeration<MetricFamilySamples> families = registry.metricFamilySamples();
            while (families.hasMoreElements()) {
                TextFormat.write004(text, Collections.enumeration(List.of(likeGo(families.nextElement()))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static MetricFamilySamples likeGo(MetricFamilySamples family) {
        String created = family.name + "_created";
        List<Sample> all = family.samples;
        int[] kept = IntStream.range(0, all.size())
                .filter(index -> !all.get(index).name.equals(created))
                .toArray();
        List<Sample> samples = new LazyList<>(kept.length, index -> all.get(kept[index]));
        return new MetricFamilySamples(
                family.name,
                family.unit,
                family.type,
                family.help,
                family.type == Collector.Type.HISTOGRAM
                        ? new LazyList<>(samples.size(), index -> withGoBound(samples.get(index)))
                        : samples);
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
