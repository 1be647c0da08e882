package io.github.arc4j.controller.ephemeralrunner.rules;

/** The outcome of an attempt to register a runner on GitHub. */
public sealed interface Registration {
    /** The runner is registered and its Secret exists. */
    record Registered(long runnerId) implements Registration {}

    /**
     * An earlier reconcile registered the runner but could not record it. Its JIT config may be in use, so the
     * registration is replaced only if there is no pod.
     *
     * @param runnerId 0 if GitHub no longer has the runner
     */
    record Earlier(long runnerId) implements Registration {}

    /** A runner of another scale set has the name; this runner needs a different one. */
    record NameTaken(int scaleSetId) implements Registration {}

    /** An earlier registration has a job, which this runner can no longer run. */
    record HasJob() implements Registration {}
}
