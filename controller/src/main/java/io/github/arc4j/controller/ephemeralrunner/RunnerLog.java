package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.ephemeralrunner.pod.PodState;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.runtime.cache.PerObject;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the changes to a runner that the controller does not make itself: that its pod is running, and that its job has
 * started.
 */
final class RunnerLog {
    private static final Logger log = LoggerFactory.getLogger(RunnerLog.class);

    /** @param runningPod UID of the pod that was logged as running, empty if none was */
    private record Logged(String runningPod, boolean job) {
        static final Logged NOTHING = new Logged("", false);
    }

    private final Instant start;
    private final PerObject<Logged> logged;

    /**
     * @param start start time of this process; the initial state of older runners is not logged, because a previous
     * process has logged it
     */
    RunnerLog(ResourceCache<EphemeralRunner> runners, Instant start) {
        this.start = start.truncatedTo(ChronoUnit.SECONDS); // as creation times are
        this.logged = new PerObject<>(runners);
    }

    /** Logs what has changed since the last call for this runner. */
    void observe(EphemeralRunner runner, @Nullable Pod pod) {
        EphemeralRunnerStatus status = Statuses.of(runner);
        Pod running = pod != null && PodState.of(pod) instanceof PodState.Running ? pod : null;
        boolean isFirst = logged.get(runner) == null;
        Logged previous = logged.getOrDefault(runner, Logged.NOTHING);
        Logged now = new Logged(
                running == null ? previous.runningPod() : running.getMetadata().getUid(), status.hasJob());
        if (!isFirst && now.equals(previous)) {
            return;
        }
        logged.put(runner, now);
        if (isFirst && isOlderThanProcess(runner)) {
            return;
        }
        if (running != null && !now.runningPod().equals(previous.runningPod())) {
            log.info("The runner's pod is running on node {}", running.getSpec().getNodeName());
        }
        if (status.hasJob() && !previous.job()) {
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
