package io.github.arc4j.api;

/** Label keys. */
public final class Labels {
    /** Name of the AutoscalingRunnerSet that an object belongs to. */
    public static final String SCALE_SET_NAME = "actions.github.com/scale-set-name";

    private Labels() {}
}
