package io.github.arc4j.actions;

/**
 * Settings of the runners of a scale set.
 *
 * @param disableUpdate whether runners must not update themselves
 */
public record RunnerSetting(boolean disableUpdate) {}
