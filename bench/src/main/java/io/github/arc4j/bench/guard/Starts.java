package io.github.arc4j.bench.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Repeated starts of a process. */
public final class Starts {
    private static final int COUNT = 7;
    private static final int COUNT_OF_SHORT_FORM = 4;

    private Starts() {}

    /** One start. */
    @FunctionalInterface
    public interface Start {
        /** @param number 0 for the first start */
        Map<String, Double> measure(int number) throws Exception;
    }

    /** The median costs of all starts but the first, which is slower because the files are not in memory yet. */
    public static Map<String, Double> medians(boolean isShort, Start start) throws Exception {
        start.measure(0);
        List<Map<String, Double>> costs = new ArrayList<>();
        for (int i = 1; i < (isShort ? COUNT_OF_SHORT_FORM : COUNT); i++) {
            costs.add(start.measure(i));
        }
        return Medians.of(costs);
    }
}
