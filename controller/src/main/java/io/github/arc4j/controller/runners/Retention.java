package io.github.arc4j.controller.runners;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Instant;

/**
 * Failed runners whose pods are kept for inspection. A condition in their status marks them, so that a restart of the
 * controller changes nothing.
 */
public final class Retention {
    public static final String RETAINED = "Retained";

    private Retention() {}

    public static boolean isRetained(EphemeralRunner runner) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        return Phase.FAILED.equals(status.phase()) && Conditions.isTrue(status.conditions(), RETAINED);
    }

    /** When the pod of a retained runner failed. */
    public static Instant since(EphemeralRunner runner) {
        return Conditions.since(runner.statusOrEmpty().conditions(), RETAINED, true)
                .orElseGet(() -> Instant.parse(runner.getMetadata().getCreationTimestamp()));
    }
}
