package io.github.arc4j.api.v1alpha1;

/**
 * Phases of the custom resources. Strings instead of an enum, because the schema allows any value; the status of each
 * kind documents which phases it uses.
 */
public final class Phase {
    /** The runner's pod does not exist yet, or its scale set has changed and has not settled. */
    public static final String PENDING = "Pending";

    /** The runner, or the scale set, is in operation. */
    public static final String RUNNING = "Running";

    /** Still read, but no longer written: a runner that succeeded is deleted. */
    public static final String SUCCEEDED = "Succeeded";

    /** The runner failed permanently. */
    public static final String FAILED = "Failed";

    /** The runner application is so old that GitHub no longer supports it. */
    public static final String OUTDATED = "Outdated";

    private Phase() {}
}
