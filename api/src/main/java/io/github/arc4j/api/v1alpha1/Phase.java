package io.github.arc4j.api.v1alpha1;

/** Phases of the custom resources. Strings and no enum, because the schema allows any; which kind uses which is in its status. */
public final class Phase {
    /** The pod of the runner is not there yet, or its scale set changed and is not settled. */
    public static final String PENDING = "Pending";

    public static final String RUNNING = "Running";

    /** Read, but not written any more: a runner that succeeded is deleted. */
    public static final String SUCCEEDED = "Succeeded";

    public static final String FAILED = "Failed";

    /** The runner application is so old that GitHub does not serve it any more. */
    public static final String OUTDATED = "Outdated";

    private Phase() {}
}
