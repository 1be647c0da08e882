package io.github.arc4j.simulator;

import java.time.Instant;
import java.util.List;

/**
 * A scale set.
 *
 * @param scope enterprise, organization or repository of the scale set: {@code org}, {@code org/repo} or
 *     {@code enterprises/name}
 * @param capacity maximum number of runners that its listener announced last; -1 before the first poll
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

    /** A label of a scale set; the type is {@code System} unless specified otherwise. */
    public record Label(String type, String name) {}
}
