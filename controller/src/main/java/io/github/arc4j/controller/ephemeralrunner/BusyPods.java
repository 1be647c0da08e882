package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunner.rules.RunnerRules;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.pod.BusyMark;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks the pods of runners with jobs, if the policy of their set asks for that: the runner's own pod, and those that
 * container hooks create for its job. A failure never affects the runner.
 */
public final class BusyPods {
    private static final Logger log = LoggerFactory.getLogger(BusyPods.class);

    private static final String OF_HOOKS = "runner pod";

    /** If the API server rejects a mark, it usually rejects all marks of the set: the controller's Role is too old. */
    private static final Duration REJECTION_PAUSE = Duration.ofMinutes(10);

    /** Users can create any number of pods with the label of hooks. A job usually has fewer than five. */
    private static final int MAX_PER_PASS = 50;

    private static final Duration PAUSE_BETWEEN_PASSES = Duration.ofSeconds(1);

    private static final Backoff BACKOFF = Backoff.doublingExactly(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private record Failures(int number, Instant nextAttempt) {}

    private final ResourceClient<Pod> pods;
    private final RunnerPolicies policies;
    private final EventRecorder events;
    private final InstantSource clock;
    private final PerObject<Instant> pauses;
    private final PerObject<Failures> failures;

    /** Adds an index to the cache of pods. */
    BusyPods(
            ResourceClient<Pod> pods,
            ResourceCache<EphemeralRunner> runners,
            RunnerPolicies policies,
            EventRecorder events,
            InstantSource clock) {
        this.pods = pods;
        this.policies = policies;
        this.events = events;
        this.clock = clock;
        this.pauses = new PerObject<>(policies.sets());
        this.failures = new PerObject<>(runners);
        pods.cache()
                .index(
                        OF_HOOKS,
                        pod -> runnerOfHookPod(pod).map(Request::toString).stream()
                                .toList());
    }

    /** Whether the runner's own pod has yet to be marked. */
    public static boolean awaitsMark(
            EphemeralRunner runner, ResourceCache<Pod> pods, ResourceCache<EphemeralRunnerSet> sets) {
        if (!runner.hasJob() || !new RunnerPolicies(sets).of(runner).marksBusyRunners()) {
            return false;
        }
        Pod pod = pods.get(Request.of(runner));
        return pod != null && !BusyMark.isOn(pod);
    }

    /**
     * The runner whose hooks created the pod, if the pod has yet to be marked: the runner has a job that may have been
     * reported before the pod was created.
     */
    public static Optional<Request> runnerOfUnmarkedHookPod(
            Pod pod, ResourceCache<EphemeralRunner> runners, ResourceCache<EphemeralRunnerSet> sets) {
        return BusyMark.isOn(pod)
                ? Optional.empty()
                : runnerOfHookPod(pod).filter(name -> {
                    EphemeralRunner runner = runners.get(name);
                    return runner != null
                            && runner.hasJob()
                            && new RunnerPolicies(sets).of(runner).marksBusyRunners();
                });
    }

    private static Optional<Request> runnerOfHookPod(Pod pod) {
        return Optional.of(Labels.get(pod, Labels.RUNNER_POD))
                .filter(name -> !name.isEmpty())
                .map(name -> new Request(pod.getMetadata().getNamespace(), name));
    }

    /**
     * Marks the pods of the runner that have yet to be marked.
     *
     * @param pod the runner's pod; null if there is none
     * @return when to try again; empty if there is nothing left to do
     */
    Optional<Duration> mark(EphemeralRunner runner, @Nullable Pod pod) {
        if (pod == null || !hasJob(runner, pod)) {
            return Optional.empty();
        }
        EphemeralRunnerSet set = policies.setOf(runner)
                .filter(found -> found.getSpec().policyOrDefault().marksBusyRunners())
                .orElse(null);
        List<Pod> unmarked = set == null ? List.of() : unmarked(runner, pod);
        if (set == null || unmarked.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Instant nextAttempt = nextAttempt(set, runner);
        return now.isBefore(nextAttempt)
                ? Optional.of(Duration.between(now, nextAttempt))
                : mark(runner, set, unmarked, now);
    }

    /** Whether the job on record is one of this pod, which has not ended. */
    private static boolean hasJob(EphemeralRunner runner, Pod pod) {
        return runner.hasJob()
                && !pod.isMarkedForDeletion()
                && !PodState.of(pod).isEnd()
                && !RunnerRules.hasJobOfOtherPod(runner.statusOrEmpty(), pod);
    }

    private List<Pod> unmarked(EphemeralRunner runner, Pod pod) {
        List<Pod> all = new ArrayList<>(List.of(pod));
        if (runner.getSpec().hasContainerHooks()) {
            all.addAll(pods.cache().byIndex(OF_HOOKS, Request.of(runner).toString()));
        }
        return all.stream()
                .filter(candidate -> !BusyMark.isOn(candidate)
                        && !candidate.isMarkedForDeletion()
                        && !PodState.hasEndedPhase(candidate)) // those of hooks have no runner container
                .toList();
    }

    private Instant nextAttempt(EphemeralRunnerSet set, EphemeralRunner runner) {
        Instant afterPause = pauses.getOrDefault(set, Instant.MIN);
        Failures failed = failures.get(runner);
        return failed == null || failed.nextAttempt().isBefore(afterPause) ? afterPause : failed.nextAttempt();
    }

    private Optional<Duration> mark(EphemeralRunner runner, EphemeralRunnerSet set, List<Pod> unmarked, Instant now) {
        BusyMark mark = BusyMark.of(runner, set);
        int number = Math.min(unmarked.size(), MAX_PER_PASS);
        for (Pod pod : unmarked.subList(0, number)) {
            try {
                if (!BusyMark.isOn(pods.patch(pod, mark.patch(pod)))) {
                    return Optional.of(
                            rejected(set, "the label %s is removed immediately".formatted(Labels.BUSY), now));
                }
            } catch (KubernetesClientException e) {
                if (ResourceClient.isRejected(e)) {
                    return Optional.of(rejected(set, reason(e, pod), now));
                }
                if (!ResourceClient.isNotFound(e) && !ResourceClient.isConflict(e)) {
                    return Optional.of(failed(runner, e, now));
                }
                // The pod has been deleted, or replaced by another one.
            }
        }
        failures.remove(runner);
        return number < unmarked.size() ? Optional.of(PAUSE_BETWEEN_PASSES) : Optional.empty();
    }

    /** Without the pod's name, because Events with equal messages are counted instead of listed. */
    private static String reason(KubernetesClientException e, Pod pod) {
        String reason = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
        return Objects.requireNonNullElse(reason, "").replace(pod.getMetadata().getName(), "NAME");
    }

    private synchronized Duration rejected(EphemeralRunnerSet set, String reason, Instant now) {
        boolean isReported = now.isBefore(pauses.getOrDefault(set, Instant.MIN));
        if (!isReported) {
            pauses.put(set, now.plus(REJECTION_PAUSE));
            events.warning(
                    set,
                    "BusyMarkRefused",
                    "Could not mark the pods of runners with jobs, which therefore are not protected: " + reason
                            + ". If the controller is not allowed to patch pods, upgrade the Helm release of the scale set");
        }
        return REJECTION_PAUSE;
    }

    private Duration failed(EphemeralRunner runner, KubernetesClientException e, Instant now) {
        int number = failures.getOrDefault(runner, new Failures(0, now)).number() + 1;
        Duration delay = BACKOFF.after(number);
        failures.put(runner, new Failures(number, now.plus(delay)));
        log.debug("Could not mark the pod of a runner with a job; retrying in {}: {}", delay, e.getMessage());
        return delay;
    }
}
