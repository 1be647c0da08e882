package io.github.arc4j.simulator;

import java.time.Instant;
import java.util.List;

/**
 * A scale set.
 *
 * @param id the scale set's ID
 * @param name the scale set's name
 * @param scope enterprise, organization or repository of the scale set: {@code org}, {@code org/repo} or
 *     {@code enterprises/name}
 * @param runnerGroupId ID of its runner group
 * @param runnerGroupName name of its runner group
 * @param labels labels that jobs can name in {@code runs-on}
 * @param disableUpdate whether its runners must not update themselves
 * @param createdOn when it was created
 * @param capacity maximum number of runners that its listener announced last; -1 before the first poll
 * @param statistics its current statistics
 */
public record ScaleSetView(
        int id,
        String name,
        String scope,
        int runnerGroupId,
        String runnerGroupName,
        List<Label> labels,
        boolean disableUpdate,
        Instant createdOn,
        int capacity,
        Statistics statistics) {

    /**
     * A label of a scale set.
     *
     * @param type type of the label, {@code System} unless the client specifies another one
     * @param name the label
     */
    public record Label(String type, String name) {}
}
