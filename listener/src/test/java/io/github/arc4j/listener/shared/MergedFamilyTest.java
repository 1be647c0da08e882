package io.github.arc4j.listener.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Histogram;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergedFamilyTest {
    private static MetricFamilySamples histogram(double[] buckets, double... seconds) {
        Histogram histogram =
                Histogram.build("h", "help").labelNames("job").buckets(buckets).create();
        for (double value : seconds) {
            histogram.labels("build").observe(value);
        }
        return histogram.collect().getFirst();
    }

    private static List<String> texts(MergedFamily family) {
        return family.samples().samples.stream()
                .filter(sample -> !sample.name.endsWith("_created"))
                .map(sample -> sample.name + sample.labelValues + "=" + sample.value)
                .toList();
    }

    @Test
    void histogramsWithDifferentBucketsAddUpToOneThatNeverDecreases() {
        MetricFamilySamples one = histogram(new double[] {1, 5}, 0.5, 3);
        MetricFamilySamples two = histogram(new double[] {2, 5}, 1.5, 4, 7);
        MergedFamily family = new MergedFamily(one);

        family.add(one.samples);
        family.add(two.samples);

        assertThat(texts(family))
                .containsExactly(
                        "h_bucket[build, 1.0]=1.0",
                        "h_bucket[build, 2.0]=2.0",
                        "h_bucket[build, 5.0]=4.0",
                        "h_bucket[build, +Inf]=5.0",
                        "h_count[build]=5.0",
                        "h_sum[build]=16.0");
    }

    @Test
    void whatOneListenerSaysStaysAsItIs() {
        MetricFamilySamples one = histogram(new double[] {1, 5}, 0.5, 3, 9);
        MergedFamily family = new MergedFamily(one);
        family.add(one.samples);
        MergedFamily copy = family.empty();
        copy.add(family);

        assertThat(copy.samples().samples).isEqualTo(one.samples);
    }
}
