package io.github.arc4j.bench.guard;

import java.util.Map;

/**
 * Costs that are measured together. Only costs that do not depend on the speed of the machine can be compared: counts,
 * memory, and times in relation to a {@link Calibration}.
 */
public interface CostGroup {
    /** First word of the names of its costs. */
    String name();

    /** Whether the costs can be measured only with the processes of the image, which {@code hack/image} builds. */
    boolean needsImage();

    /** Whether the costs of the short form are the same on a busy machine, unlike times. */
    boolean toleratesLoad();

    /**
     * Measures the costs once.
     *
     * @param isShort whether costs that take long to measure are left out
     * @return the costs by name; the lower, the better
     */
    Map<String, Double> measure(boolean isShort) throws Exception;
}
