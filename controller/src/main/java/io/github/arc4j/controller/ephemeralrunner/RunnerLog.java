package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.process.log.LogFields;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the changes to a runner that the controller does not make itself: that its pod is running, and that its job has
 * started and finished. Also measures how long the pod took to start.
 */
final class RunnerLog {
    private static final Logger log = LoggerFactory.getLogger(RunnerLog.class);

    /** @param runningPod UID of the pod that was logged as running, empty if none was */
    private record Logged(String runningPod, boolean jobStarted, boolean jobFinished) {
        static final Logged NOTHING = new Logged("", false, false);
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
                status.hasJob(),
                status.hasJob()
                        && (previous.jobFinished()
                                || (pod != null && PodState.of(pod).isEnd())));
        if (!isFirst && now.equals(previous)) {
            return;
        }
        logged.put(runner, now);
        if (isFirst && isOlderThanProcess(runner)) {
            // The job may have finished between the processes, unless the previous one has already reported its end.
            if (now.jobFinished() && !status.done()) {
                logJob("The runner's job has finished", status);
            }
            return;
        }
        if (pod != null && running != null) {
            log.info("The runner's pod is running on node {}", pod.getSpec().getNodeName());
            Instant creation = Instant.parse(pod.getMetadata().getCreationTimestamp());
            metrics.podStarted(runner, creation, running.since().orElseGet(clock::instant));
        }
        if (now.jobStarted() && !previous.jobStarted()) {
            logJob("The runner's job has started", status);
        }
        if (now.jobFinished() && !previous.jobFinished()) {
            logJob("The runner's job has finished", status);
        }
    }

    /**
     * Logs the end of the job of an observed runner that is being removed, unless its pod ended before. A job that was
     * lost has not finished; why the runner is deleted says what happened to it.
     */
    void removing(EphemeralRunner runner, RunnerEnding ending) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        Logged previous = logged.get(runner);
        if (ending.hasFinishedJob()
                && status.hasJob()
                && previous != null
                && !previous.jobFinished()
                && !status.done()) {
            logged.put(runner, new Logged(previous.runningPod(), true, true));
            logJob("The runner's job has finished", status);
        }
    }

    private static void logJob(String message, EphemeralRunnerStatus status) {
        if (log.isInfoEnabled()) {
            try (LogFields _ = LogFields.with(Map.of(
                    "job", status.jobDisplayName(),
                    "jobID", status.jobId(),
                    "repository", status.jobRepositoryName(),
                    "workflow", status.jobWorkflowRef(),
                    "run", Long.toString(status.workflowRunId())))) {
                log.info(message);
            }
        }
    }

    private boolean isOlderThanProcess(EphemeralRunner runner) {
        return Instant.parse(runner.getMetadata().getCreationTimestamp()).isBefore(Objects.requireNonNull(start.get()));
    }
}
