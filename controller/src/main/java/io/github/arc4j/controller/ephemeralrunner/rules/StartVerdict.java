package io.github.arc4j.controller.ephemeralrunner.rules;

import java.time.Duration;

/** A decision of {@link StartRules} about a runner that starts: its next step. */
public sealed interface StartVerdict {
    /** Find out whether a pod exists that is not in the cache yet, or no longer. */
    record FindPod() implements StartVerdict {}

    /** Wait for the end of a previous pod, or until the cache has it. */
    record AwaitPod(Duration delay) implements StartVerdict {}

    /**
     * Register the runner unless it is registered.
     *
     * @param discardsJitConfig whether to delete the stored JIT config first, because a pod has used it
     */
    record Register(boolean discardsJitConfig) implements StartVerdict {}

    /** Replace a registration that no pod uses. */
    record Renew(Registration.Earlier earlier) implements StartVerdict {}

    /**
     * Create the pod.
     *
     * @param isFirst whether the runner was never registered before
     */
    record CreatePod(long runnerId, boolean isFirst) implements StartVerdict {}

    /** Try again, with backoff. */
    record Retry() implements StartVerdict {}

    /** The runner ends. */
    record End(Verdict.End verdict) implements StartVerdict {}
}
