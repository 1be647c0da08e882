package io.github.arc4j.listener.shared;

import io.github.arc4j.process.LazyList;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.Collector.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sum of one metric over several listeners. Their histograms may have different buckets: observations between two
 * bounds of one listener are counted for all bounds from the upper one on, so the sum is a valid histogram.
 */
final class MergedFamily {
    private static final String BUCKET = "_bucket";
    private static final String BOUND = "le";
    private static final String INFINITE = "+Inf";
    private static final double[] NONE = {};

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
            return List.copyOf(others);
        }

        private static List<String> with(List<String> list, String last) {
            List<String> all = new ArrayList<>(list);
            all.add(last);
            return all;
        }
    }

    /** Arrays, because there may be hundreds of thousands of buckets. */
    private static final class Series {
        /** Upper bounds, ascending; most series share them. */
        double[] bounds = NONE;
        /** The number of observations up to each bound. */
        double[] counts = NONE;
        /** In the order of {@link #names}. */
        double[] others = NONE;

        void add(double[] otherBounds, double[] otherCounts) {
            if (Arrays.equals(bounds, otherBounds)) {
                Arrays.setAll(counts, i -> counts[i] + otherCounts[i]);
                return;
            }
            double[] all = new double[bounds.length + otherBounds.length];
            double[] sums = new double[all.length];
            int size = 0;
            int i = 0;
            int j = 0;
            while (i < bounds.length || j < otherBounds.length) {
                double next = Math.min(at(bounds, i), at(otherBounds, j));
                if (i < bounds.length && bounds[i] == next) {
                    i++;
                }
                if (j < otherBounds.length && otherBounds[j] == next) {
                    j++;
                }
                all[size] = next;
                sums[size] = (i > 0 ? counts[i - 1] : 0) + (j > 0 ? otherCounts[j - 1] : 0);
                size++;
            }
            bounds = Arrays.copyOf(all, size);
            counts = Arrays.copyOf(sums, size);
        }

        private static double at(double[] bounds, int index) {
            return index < bounds.length ? bounds[index] : Double.POSITIVE_INFINITY;
        }

        void add(int other, double value) {
            if (other >= others.length) {
                others = Arrays.copyOf(others, other + 1);
            }
            others[other] += value;
        }

        int size() {
            return bounds.length + others.length;
        }
    }

    /** Twice as many as one configuration may have. */
    private static final int MAX_BUCKETS = 200;

    private final MetricFamilySamples first;
    /** Of the samples other than buckets; all series have the same. */
    private final List<String> names = new ArrayList<>();

    private final Map<Labels, Series> allSeries = new LinkedHashMap<>();
    /** Of the latest series. */
    private double[] latestBounds = NONE;

    MergedFamily(MetricFamilySamples first) {
        this.first = first;
    }

    /** Adds the samples of one listener, in its order. */
    void add(List<Sample> samples) {
        List<Sample> buckets = new ArrayList<>();
        Labels previous = new Labels(List.of(), List.of());
        for (Sample sample : samples) {
            Labels labels = Labels.of(sample);
            boolean isBucket = first.type == Type.HISTOGRAM && sample.name.endsWith(BUCKET);
            if (!isBucket || !labels.equals(previous)) {
                addBuckets(previous, buckets);
                buckets.clear();
            }
            if (isBucket) {
                buckets.add(sample);
            } else {
                series(labels).add(index(sample.name), sample.value);
            }
            previous = labels;
        }
        addBuckets(previous, buckets);
    }

    private void addBuckets(Labels labels, List<Sample> buckets) {
        if (!buckets.isEmpty()) {
            double[] bounds = new double[buckets.size()];
            double[] counts = new double[buckets.size()];
            Arrays.setAll(bounds, i -> bound(buckets.get(i)));
            Arrays.setAll(counts, i -> buckets.get(i).value);
            addBuckets(series(labels), bounds, counts);
        }
    }

    private void addBuckets(Series series, double[] bounds, double[] counts) {
        series.add(bounds, counts);
        if (Arrays.equals(series.bounds, latestBounds)) {
            series.bounds = latestBounds;
        } else {
            latestBounds = series.bounds;
        }
    }

    void add(MergedFamily family) {
        family.allSeries.forEach((labels, from) -> {
            Series to = series(labels);
            addBuckets(to, from.bounds, from.counts);
            for (int i = 0; i < from.others.length; i++) {
                to.add(index(family.names.get(i)), from.others[i]);
            }
        });
    }

    /** Removes series with very many buckets, and those that were added first until there are at most this many. */
    void keepNewest(int most) {
        allSeries.values().removeIf(series -> series.bounds.length > MAX_BUCKETS);
        Iterator<Labels> oldest = allSeries.keySet().iterator();
        for (int surplus = allSeries.size() - most; surplus > 0; surplus--) {
            oldest.next();
            oldest.remove();
        }
    }

    private Series series(Labels labels) {
        return allSeries.computeIfAbsent(labels, key -> new Series());
    }

    private int index(String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            names.add(name);
            return names.size() - 1;
        }
        return index;
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
        List<Map.Entry<Labels, Series>> series = List.copyOf(allSeries.entrySet());
        int[] starts = new int[series.size()];
        int size = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = size;
            size += series.get(i).getValue().size();
        }
        List<Sample> samples = new LazyList<>(size, index -> {
            int found = Arrays.binarySearch(starts, index);
            int which = found < 0 ? -found - 2 : found;
            return sample(series.get(which).getKey(), series.get(which).getValue(), index - starts[which]);
        });
        return new MetricFamilySamples(first.name, first.unit, first.type, first.help, samples);
    }

    private Sample sample(Labels labels, Series series, int index) {
        int buckets = series.bounds.length;
        return index < buckets
                ? new Sample(
                        first.name + BUCKET,
                        Labels.with(labels.names(), BOUND),
                        Labels.with(labels.values(), Collector.doubleToGoString(series.bounds[index])),
                        series.counts[index])
                : new Sample(
                        names.get(index - buckets), labels.names(), labels.values(), series.others[index - buckets]);
    }
}
