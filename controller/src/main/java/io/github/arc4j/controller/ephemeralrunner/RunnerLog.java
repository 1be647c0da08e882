package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what others than the controller change in a runner's life: that its pod runs, and that its job has started. */
final class RunnerLog {
    private static final Logger log = LoggerFactory.getLogger(RunnerLog.class);

    /** @param runningPod UID of the pod that was logged as running, empty if none was */
    private record Logged(String runningPod, boolean job) {}

    private final Instant start;
    private final PerObject<Logged> logged;

    /** @param start of this process; the state of older runners is not logged, because a former process did that */
    RunnerLog(ResourceCache<EphemeralRunner> runners, Instant start) {
        this.start = start;
        this.logged = new PerObject<>(runners);
    }

    /** Logs what has changed since the last call for this runner. */
    void observe(EphemeralRunner runner, @Nullable Pod pod) {
        EphemeralRunnerStatus status = Statuses.of(runner);
        boolean running = pod != null && PodState.of(pod) instanceof PodState.Running;
        Logged before = logged.get(runner);
        Logged now = new Logged(
                running ? pod.getMetadata().getUid() : before == null ? "" : before.runningPod(), status.hasJob());
        if (now.equals(before)) {
            return;
        }
        logged.put(runner, now);
        if (before == null && isOlderThanProcess(runner)) {
            return;
        }
        if (running && (before == null || !now.runningPod().equals(before.runningPod()))) {
            log.info("The runner's pod is running on node {}", pod.getSpec().getNodeName());
        }
        if (status.hasJob() && (before == null || !before.job())) {
            log.info(
                    "The runner's job has started: {} in {}, workflow {}, run {}, job id {}",
                    status.jobDisplayName(),
                    status.jobRepositoryName(),
                    status.jobWorkflowRef(),
                    status.workflowRunId(),
                    status.jobId());
        }
    }

    private boolean isOlderThanProcess(EphemeralRunner runner) {
        return Instant.parse(runner.getMetadata().getCreationTimestamp()).isBefore(start);
    }
}
