package io.github.arc4j.actions.model;

/**
 * Settings of the runners of a scale set.
 *
 * @param disableUpdate whether self-updates of runners are disabled
 */
public record RunnerSetting(boolean disableUpdate) {}
