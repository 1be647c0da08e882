package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.ephemeralrunner.rules.Verdict;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The runner during one reconcile: a snapshot that only the reconcile's own writes update. */
final class CurrentRunner {
    private final ResourceClient<EphemeralRunner> runners;
    private final RunnerRemoval removal;
    private final RunnerRetention retention;
    private final EventRecorder events;
    private final Clock clock;
    private final @Nullable Pod pod;
    private EphemeralRunner runner;

    /** @param pod the runner's pod; null if there is none */
    CurrentRunner(
            ResourceClient<EphemeralRunner> runners,
            RunnerRemoval removal,
            RunnerRetention retention,
            EventRecorder events,
            Clock clock,
            EphemeralRunner runner,
            @Nullable Pod pod) {
        this.runners = runners;
        this.removal = removal;
        this.retention = retention;
        this.events = events;
        this.clock = clock;
        this.runner = runner;
        this.pod = pod;
    }

    EphemeralRunner get() {
        return runner;
    }

    EphemeralRunnerStatus status() {
        return runner.statusOrEmpty();
    }

    /** Replaces the snapshot with the object that a write returned. */
    void update(EphemeralRunner written) {
        runner = written;
    }

    /**
     * Writes the status. A different registration is written only if the stored status is still the one that was read:
     * the listener may just have reported a job of the previous registration, and both together would look like a job
     * of the new one.
     */
    void writeStatus(EphemeralRunnerStatus desired) {
        if (desired.runnerId() == status().runnerId()) {
            runner = runners.patchStatus(runner, runner.getStatus(), desired);
        } else {
            writeStatusIfUnchanged(desired);
        }
    }

    /** Writes the status if the stored object is still the one that was read: the listener may report a job. */
    void writeStatusIfUnchanged(EphemeralRunnerStatus desired) {
        runner = runners.patchStatusIfUnchanged(runner, runner.getStatus(), desired);
    }

    void warn(String reason, String message) {
        events.warning(runner, reason, message);
    }

    /** Ends the runner; {@link RunnerEnding} defines what happens to its object. */
    Step end(Verdict.End end) throws Exception {
        RunnerEnding ending = end.ending();
        return switch (ending.fate()) {
            case DELETED -> Step.stop(removal.removeEnded(runner, pod, ending), "applyRules > removeEnded");
            case REPLACED -> {
                warn(ending.reason(), end.message());
                yield new Step.Stop(removal.end(runner, pod, ending));
            }
            case RETAINED -> retention.begin(this, pod, end.message());
            case KEPT_FAILED -> keep(Phase.FAILED, ending.reason(), end.message());
            case KEPT_OUTDATED -> keep(Phase.OUTDATED, ending.reason(), end.message());
        };
    }

    private Step keep(String phase, String reason, String message) {
        warn(reason, message);
        writeStatus(Statuses.notReady(runner, phase, reason, message, clock.instant()));
        return Step.done();
    }
}
