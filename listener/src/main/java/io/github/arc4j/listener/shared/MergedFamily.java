package io.github.arc4j.listener.shared;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.Collector.Type;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sum of one metric over several listeners. Their histograms may have different buckets: observations between two
 * bounds of one listener are counted for all bounds from the upper one on, so the sum is a valid histogram.
 */
final class MergedFamily {
    private static final String BUCKET = "_bucket";
    private static final String BOUND = "le";
    private static final String INFINITE = "+Inf";

    private record Labels(List<String> names, List<String> values) {
        static Labels of(Sample sample) {
            int bound = sample.labelNames.indexOf(BOUND);
            return bound < 0
                    ? new Labels(sample.labelNames, sample.labelValues)
                    : new Labels(without(sample.labelNames, bound), without(sample.labelValues, bound));
        }

        private static List<String> without(List<String> list, int index) {
            List<String> others = new ArrayList<>(list);
            others.remove(index);
            return others;
        }

        private static List<String> with(List<String> list, String last) {
            List<String> all = new ArrayList<>(list);
            all.add(last);
            return all;
        }
    }

    private static final class Series {
        /** Keyed by upper bound; not cumulative. */
        final SortedMap<Double, Double> buckets = new TreeMap<>();

        final Map<String, Double> others = new LinkedHashMap<>();
    }

    /** Of several configurations. */
    private static final int MOST_BUCKETS = 500;

    private final MetricFamilySamples first;
    private final Map<Labels, Series> allSeries = new LinkedHashMap<>();

    MergedFamily(MetricFamilySamples first) {
        this.first = first;
    }

    /** Adds the samples of one listener, in its order. */
    void add(List<Sample> samples) {
        Labels previous = new Labels(List.of(), List.of());
        double lower = 0;
        for (Sample sample : samples) {
            Labels labels = Labels.of(sample);
            Series series = series(labels);
            if (first.type == Type.HISTOGRAM && sample.name.endsWith(BUCKET)) {
                lower = labels.equals(previous) ? lower : 0;
                series.buckets.merge(bound(sample), sample.value - lower, Double::sum);
                lower = sample.value;
            } else {
                lower = 0;
                series.others.merge(sample.name, sample.value, Double::sum);
            }
            previous = labels;
        }
    }

    void add(MergedFamily family) {
        family.allSeries.forEach((labels, from) -> {
            Series to = series(labels);
            from.buckets.forEach((bound, value) -> to.buckets.merge(bound, value, Double::sum));
            from.others.forEach((name, value) -> to.others.merge(name, value, Double::sum));
        });
    }

    /** Removes series with very many buckets, and those that were added first until there are at most this many. */
    void keepNewest(int most) {
        allSeries.values().removeIf(series -> series.buckets.size() > MOST_BUCKETS);
        Iterator<Labels> oldest = allSeries.keySet().iterator();
        for (int surplus = allSeries.size() - most; surplus > 0; surplus--) {
            oldest.next();
            oldest.remove();
        }
    }

    private Series series(Labels labels) {
        return allSeries.computeIfAbsent(labels, key -> new Series());
    }

    private static double bound(Sample sample) {
        String bound = sample.labelValues.get(sample.labelNames.indexOf(BOUND));
        return bound.equals(INFINITE) ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
    }

    /** Returns a family of the same metric without samples. */
    MergedFamily empty() {
        return new MergedFamily(first);
    }

    MetricFamilySamples samples() {
        List<Sample> samples = new ArrayList<>();
        allSeries.forEach((labels, series) -> {
            double sum = 0;
            List<String> names = Labels.with(labels.names(), BOUND);
            for (Map.Entry<Double, Double> bucket : series.buckets.entrySet()) {
                sum += bucket.getValue();
                samples.add(new Sample(
                        first.name + BUCKET,
                        names,
                        Labels.with(labels.values(), Collector.doubleToGoString(bucket.getKey())),
                        sum));
            }
            series.others.forEach(
                    (name, value) -> samples.add(new Sample(name, labels.names(), labels.values(), value)));
        });
        return new MetricFamilySamples(first.name, first.unit, first.type, first.help, samples);
    }
}
