package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.Health;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a set's Ready condition reports.
 *
 * @param summary the start of the condition's message; as long as it and the reason stay the same, the rest is kept
 * @param details the rest of the message, which may be expensive to determine
 */
record SetHealth(Health summary, Supplier<String> details) {

    SetHealth(Health health) {
        this(health, () -> "");
    }

    /** What the condition of a status reports, if there is one. */
    static Optional<SetHealth> in(EphemeralRunnerSetStatus status) {
        return Conditions.find(status.conditions(), Conditions.READY).map(ready -> new SetHealth(Health.of(ready)));
    }

    /** With the details. */
    Health complete() {
        return new Health(summary.isOk(), summary.reason(), summary.message() + details.get());
    }

    /** Whether the condition of a status has this reason, whatever its message is. */
    boolean isReasonIn(EphemeralRunnerSetStatus status) {
        return Conditions.has(status.conditions(), Conditions.READY, summary.isOk(), summary.reason());
    }

    /** Whether the condition of a status reports this. */
    boolean isIn(EphemeralRunnerSetStatus status) {
        return isReasonIn(status)
                && in(status)
                        .filter(ready -> ready.summary().message().startsWith(summary.message()))
                        .isPresent();
    }
}
