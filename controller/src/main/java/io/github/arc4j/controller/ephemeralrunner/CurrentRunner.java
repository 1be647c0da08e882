package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.kube.ConditionEvents;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Step;
import org.jspecify.annotations.Nullable;

/** The runner of one pass: a snapshot that only the pass's own writes renew. */
final class CurrentRunner {
    private final ResourceClient<EphemeralRunner> runners;
    private final RunnerRemoval removal;
    private final EventRecorder events;
    private final @Nullable Pod pod;
    private EphemeralRunner runner;

    /** @param pod the runner's pod, null if there is none */
    CurrentRunner(
            ResourceClient<EphemeralRunner> runners,
            RunnerRemoval removal,
            EventRecorder events,
            EphemeralRunner runner,
            @Nullable Pod pod) {
        this.runners = runners;
        this.removal = removal;
        this.events = events;
        this.runner = runner;
        this.pod = pod;
    }

    EphemeralRunner get() {
        return runner;
    }

    EphemeralRunnerStatus status() {
        return Statuses.of(runner);
    }

    /** Takes what a write to the object answered. */
    void renew(EphemeralRunner written) {
        runner = written;
    }

    /**
     * Another registration is written only over the status that was read: the listener may just have told of a job of
     * the former one, and both together would look like a job of the new one.
     */
    void writeStatus(EphemeralRunnerStatus wanted) {
        runner = wanted.runnerId() == status().runnerId()
                ? runners.patchStatus(runner, runner.getStatus(), wanted)
                : runners.patchStatusIfUnchanged(runner, runner.getStatus(), wanted);
    }

    /** Warns at once of what has happened; of what may heal, its condition warns when it has lasted for a while. */
    void warn(String reason, String message) {
        if (ConditionEvents.isIncident(reason)) {
            events.warning(runner, reason, message);
        }
    }

    /** Deletes the runner for a reason that users should know; its set makes another if it still wants one. */
    Step replace(String reason, String message) throws Exception {
        events.warning(runner, reason, message);
        return delete();
    }

    /** Deletes the object and everything else of a runner whose pod has ended. */
    Step deleteEnded(Pod ended) throws Exception {
        return new Step.Stop(removal.removeEnded(runner, ended));
    }

    /** Deletes the object and goes straight on with the removal. */
    Step delete() throws Exception {
        EphemeralRunner remaining = runners.delete(runner);
        return remaining == null ? Step.done() : new Step.Stop(removal.remove(remaining, pod));
    }
}
