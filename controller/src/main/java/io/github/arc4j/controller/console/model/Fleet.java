package io.github.arc4j.controller.console.model;

import java.util.List;

/**
 * All scale sets at one time.
 *
 * @param time in milliseconds since 1970
 * @param version the controller's version
 * @param scaleSets by namespace and name
 */
public record Fleet(long time, String version, List<ScaleSetRow> scaleSets) {}
