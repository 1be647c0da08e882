package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.ephemeralrunner.pod.PodState;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the changes to a runner that the controller does not make itself: that its pod is running, and that its job has
 * started. Also measures how long the pod took to start.
 */
final class RunnerLog {
    private static final Logger log = LoggerFactory.getLogger(RunnerLog.class);

    /** @param runningPod UID of the pod that was logged as running, empty if none was */
    private record Logged(String runningPod, boolean job) {
        static final Logged NOTHING = new Logged("", false);
    }

    private final RunnerMetrics metrics;
    private final InstantSource clock;
    private final PerObject<Logged> logged;
    /**
     * When this process reconciled its first runner. Until then it may have been a standby, so the initial state of
     * older runners is neither logged nor measured: a previous process has done so.
     */
    private final AtomicReference<@Nullable Instant> start = new AtomicReference<>();

    RunnerLog(ResourceCache<EphemeralRunner> runners, RunnerMetrics metrics, InstantSource clock) {
        this.metrics = metrics;
        this.clock = clock;
        this.logged = new PerObject<>(runners);
    }

    /** Logs what has changed since the last call for this runner. */
    void observe(EphemeralRunner runner, @Nullable Pod pod) {
        start.compareAndSet(null, clock.instant().truncatedTo(ChronoUnit.SECONDS)); // as creation times are
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        boolean isFirst = logged.get(runner) == null;
        Logged previous = logged.getOrDefault(runner, Logged.NOTHING);
        PodState.Running running = pod != null
                        && !pod.getMetadata().getUid().equals(previous.runningPod())
                        && PodState.of(pod) instanceof PodState.Running state
                ? state
                : null;
        Logged now = new Logged(
                pod == null || running == null
                        ? previous.runningPod()
                        : pod.getMetadata().getUid(),
                status.hasJob());
        if (!isFirst && now.equals(previous)) {
            return;
        }
        logged.put(runner, now);
        if (isFirst && isOlderThanProcess(runner)) {
            return;
        }
        if (pod != null && running != null) {
            log.info("The runner's pod is running on node {}", pod.getSpec().getNodeName());
            Instant creation = Instant.parse(pod.getMetadata().getCreationTimestamp());
            metrics.podStarted(runner, creation, running.since().orElseGet(clock::instant));
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
        return Instant.parse(runner.getMetadata().getCreationTimestamp()).isBefore(Objects.requireNonNull(start.get()));
    }
}
