package io.github.arc4j.controller.runners.pod;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a runner reached each stage; null if it has not. Kubernetes records times in whole seconds, so the time at which
 * the controller observed a stage is used instead if it is close.
 *
 * @param created the runner's object was created
 * @param registered the runner was registered and its pod created
 * @param scheduled the pod was assigned to a node
 * @param prepared the node has set up the pod's network and volumes
 * @param started the runner's container was started
 * @param ended the runner's container has ended
 */
public record RunnerStages(
        Instant created,
        @Nullable Instant registered,
        @Nullable Instant scheduled,
        @Nullable Instant prepared,
        @Nullable Instant started,
        @Nullable Instant ended) {
    /** Up to this delay of a watch event, the time of observation is more accurate than the recorded one. */
    private static final Duration CLOSE = Duration.ofMillis(1500);

    static RunnerStages of(EphemeralRunner runner, Instant now) {
        Instant created = Instant.parse(runner.getMetadata().getCreationTimestamp());
        return new RunnerStages(better(created, created, now), null, null, null, null, null);
    }

    /** The stages after another observation. Stages that were observed before keep their times. */
    RunnerStages with(@Nullable Pod pod, Instant now) {
        if (pod == null) {
            return this;
        }
        Optional<Instant> creation =
                Optional.ofNullable(pod.getMetadata().getCreationTimestamp()).map(Instant::parse);
        Instant podCreated = or(registered, creation, created, now);
        Instant newScheduled = or(scheduled, since(pod, "PodScheduled"), podCreated, now);
        Instant newPrepared = or(prepared, since(pod, "PodReadyToStartContainers"), newScheduled, now);
        Optional<Instant> start =
                PodState.runnerState(pod).flatMap(RunnerStages::startedAt).map(Instant::parse);
        Instant newStarted = or(started, start, newPrepared, now);
        Instant newEnded = or(ended, PodState.endTime(pod), newStarted, now);
        return new RunnerStages(created, podCreated, newScheduled, newPrepared, newStarted, newEnded);
    }

    private static @Nullable Instant or(
            @Nullable Instant known, Optional<Instant> recorded, @Nullable Instant previous, Instant now) {
        return known != null
                ? known
                : recorded.map(time -> better(time, previous, now)).orElse(null);
    }

    /** The recorded time or that of the observation, but not before the previous stage. */
    private static Instant better(Instant recorded, @Nullable Instant previous, Instant now) {
        Instant time = Duration.between(recorded, now).compareTo(CLOSE) < 0 ? now : recorded;
        return previous != null && time.isBefore(previous) ? previous : time;
    }

    private static Optional<Instant> since(Pod pod, String condition) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(found -> condition.equals(found.getType()) && "True".equals(found.getStatus()))
                        .findFirst()
                        .map(PodCondition::getLastTransitionTime)
                        .map(Instant::parse);
    }

    private static Optional<String> startedAt(ContainerState state) {
        return state.getRunning() != null
                ? Optional.ofNullable(state.getRunning().getStartedAt())
                : Optional.ofNullable(state.getTerminated()).map(end -> end.getStartedAt());
    }
}
