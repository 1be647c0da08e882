package io.github.arc4j.controller.ephemeralrunner.rules;

import java.time.Duration;

/** A decision of {@link StartRules} about a runner whose pod the API server did not create. */
public sealed interface PodRejection {
    /** Try again, with backoff. */
    record Retry() implements PodRejection {}

    /** Try again after the delay, and report the quota's message. */
    record AwaitQuota(String message, Duration delay) implements PodRejection {}

    /**
     * The runner ends.
     *
     * @param discardsRegistration whether to discard the registration first; if GitHub keeps it because of a job, the
     *     runner ends with {@link StartRules#jobWithoutPod} instead
     */
    record End(Verdict.End verdict, boolean discardsRegistration) implements PodRejection {}
}
