package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.kube.Conditions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** What runners that cannot run tell their set. */
final class FailedRunners {
    private FailedRunners() {}

    /** Since when the runner is not ready. */
    static Instant since(EphemeralRunner runner) {
        return Conditions.find(
                        runner.getStatus() == null ? null : runner.getStatus().conditions(), Conditions.READY)
                .map(Condition::getLastTransitionTime)
                .map(Instant::parse)
                .orElseGet(() -> Instant.parse(runner.getMetadata().getCreationTimestamp()));
    }

    /** The message of the runner that failed last. */
    static String latestMessage(List<EphemeralRunner> failed) {
        return failed.stream()
                .max(Comparator.comparing(FailedRunners::since))
                .map(runner -> runner.getMetadata().getName() + ": "
                        + (runner.getStatus() == null ? "" : runner.getStatus().message()))
                .orElse("");
    }
}
