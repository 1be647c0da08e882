package io.github.arc4j.bench.guard;

import io.github.arc4j.bench.guard.Comparison.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Measures the costs of a group until they are within their limits. */
final class Guard {
    /**
     * A disturbance of the machine affects some measurements, a regression all of them. So a group is measured again if
     * a cost is too high, and the lowest value counts. A disturbance can last for three measurements of a quick group.
     */
    private static final int ATTEMPTS = 6;

    /** Measurements of a cost that is stored. */
    private static final int ATTEMPTS_OF_UPDATE = 3;

    private final boolean isShort;

    Guard(boolean isShort) {
        this.isShort = isShort;
    }

    /** Measures the group's costs and compares those that are stored. */
    List<Comparison> compare(CostGroup group, Map<String, StoredCost> stored) throws Exception {
        Map<String, Double> lowest = new TreeMap<>();
        List<Comparison> comparisons = List.of();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            group.measure(isShort).forEach((name, value) -> lowest.merge(name, value, Math::min));
            comparisons = comparisons(stored, lowest);
            if (comparisons.stream().noneMatch(comparison -> comparison.verdict() == Verdict.REGRESSION)) {
                break;
            }
        }
        return comparisons;
    }

    private static List<Comparison> comparisons(Map<String, StoredCost> stored, Map<String, Double> values) {
        List<Comparison> comparisons = new ArrayList<>();
        stored.forEach((name, cost) -> {
            Double value = values.get(name);
            if (value == null) {
                throw new IllegalStateException("\"" + name + "\" is stored, but not measured: rename or remove it");
            }
            comparisons.add(new Comparison(name, cost, value));
        });
        return comparisons;
    }

    /** The median of several measurements of each cost. */
    Map<String, Double> median(CostGroup group) throws Exception {
        List<Map<String, Double>> measurements = new ArrayList<>();
        for (int attempt = 0; attempt < ATTEMPTS_OF_UPDATE; attempt++) {
            measurements.add(group.measure(isShort));
        }
        return Medians.of(measurements);
    }
}
