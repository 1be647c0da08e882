package io.github.arc4j.bench.guard;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** Medians of repeated measurements. */
public final class Medians {
    private Medians() {}

    /** The median of each cost in measurements of the same costs. */
    public static Map<String, Double> of(List<Map<String, Double>> measurements) {
        Map<String, Double> medians = new TreeMap<>();
        for (String name : measurements.getFirst().keySet()) {
            medians.put(name, median(measurements.stream().mapToDouble(costs -> costs.getOrDefault(name, Double.NaN))));
        }
        return medians;
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
