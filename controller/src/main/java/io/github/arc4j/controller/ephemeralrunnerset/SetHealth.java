package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.controller.kube.Conditions;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a set's Ready condition says.
 *
 * @param summary begins the message; as long as it and the reason stay the same, so does the rest
 * @param details the rest of the message, which may be expensive to find
 */
record Readiness(boolean isReady, String reason, String summary, Supplier<String> details) {

    static Readiness problem(String reason, String message) {
        return new Readiness(false, reason, message, () -> "");
    }

    /** What the condition of a status says, if there is one. */
    static Optional<Readiness> in(EphemeralRunnerSetStatus status) {
        return Conditions.find(status.conditions(), Conditions.READY)
                .map(ready -> new Readiness(
                        "True".equals(ready.getStatus()), ready.getReason(), ready.getMessage(), () -> ""));
    }

    String message() {
        return summary + details.get();
    }

    /** Whether the condition of a status has this reason, whatever its message is. */
    boolean isReasonIn(EphemeralRunnerSetStatus status) {
        return Conditions.has(status.conditions(), Conditions.READY, isReady, reason);
    }

    /** Whether the condition of a status says this. */
    boolean isIn(EphemeralRunnerSetStatus status) {
        return isReasonIn(status)
                && in(status)
                        .filter(ready -> ready.summary().startsWith(summary))
                        .isPresent();
    }
}
