package io.github.arc4j.controller.ephemeralrunner.rules;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.pod.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/** Decides about runners that have ended. Pure functions. */
public final class RemovalRules {
    /** A job may take any time; GitHub is asked again at this interval. */
    public static final Duration JOB_RUNNING_DELAY = Duration.ofSeconds(30);

    /** GitHub usually registers the end of a job slightly later than the controller sees the end of the pod. */
    private static final Duration FIRST_JOB_ENDING_DELAY = Duration.ofSeconds(1);

    /**
     * When the runner's container ends, the kubelet terminates sidecars, which have 30 seconds by default. Other
     * containers keep running: such a pod would occupy its node, so it is not retained.
     */
    private static final Duration OTHER_CONTAINERS_TIMEOUT = Duration.ofMinutes(1);

    private RemovalRules() {}

    /** Whether the removal of a runner whose job has ended has begun: nothing else removes the finalizers. */
    public static boolean hasBegun(EphemeralRunner runner, @Nullable Pod pod) {
        return runner.statusOrEmpty().hasJob()
                && Collections.disjoint(runner.getMetadata().getFinalizers(), Finalizers.OF_EPHEMERAL_RUNNER)
                && (pod == null || PodState.of(pod).isEnd());
    }

    /**
     * When to ask again about a job that GitHub considers running although its pod has ended: exponential backoff,
     * because it is the time that has already passed since then, within limits.
     */
    public static Duration jobEndingDelay(Instant since, Instant now) {
        Duration waited = Duration.between(since, now);
        Duration atLeast = waited.compareTo(FIRST_JOB_ENDING_DELAY) > 0 ? waited : FIRST_JOB_ENDING_DELAY;
        return atLeast.compareTo(JOB_RUNNING_DELAY) < 0 ? atLeast : JOB_RUNNING_DELAY;
    }

    /** How long other containers of a retained runner's pod may run; null if all have ended, or there is no pod. */
    public static @Nullable Duration untilPodMustEnd(EphemeralRunner runner, @Nullable Pod pod, Instant now) {
        return pod == null || PodState.hasEndedPhase(pod)
                ? null
                : Duration.between(now, Retention.since(runner).plus(OTHER_CONTAINERS_TIMEOUT));
    }
}
