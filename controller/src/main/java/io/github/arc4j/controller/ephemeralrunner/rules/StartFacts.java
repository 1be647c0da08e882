package io.github.arc4j.controller.ephemeralrunner.rules;

import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import org.jspecify.annotations.Nullable;

/**
 * The input of {@link StartRules}.
 *
 * @param isUnused whether no pod can have used the registration in the status
 * @param podExists whether the API server has a pod of the runner; null if it has not been asked
 * @param registration the outcome of the latest attempt to register; null if there was none
 * @param isRenewed whether that attempt replaced an earlier registration
 */
public record StartFacts(
        EphemeralRunnerStatus status,
        boolean isUnused,
        @Nullable Boolean podExists,
        @Nullable Registration registration,
        boolean isRenewed) {
    /** What is known before anyone is asked. */
    public static StartFacts of(EphemeralRunnerStatus status, boolean isUnused) {
        return new StartFacts(status, isUnused, null, null, false);
    }

    /** Whether a previous pod may have used the registration in the status. */
    boolean hadPod() {
        return status.hasJob() || (status.runnerId() > 0 && !isUnused);
    }

    public StartFacts withPod(boolean exists) {
        return new StartFacts(status, isUnused, exists, registration, isRenewed);
    }

    public StartFacts registered(Registration outcome) {
        return new StartFacts(status, isUnused, podExists, outcome, false);
    }

    public StartFacts renewed(Registration outcome) {
        return new StartFacts(status, isUnused, podExists, outcome, true);
    }
}
