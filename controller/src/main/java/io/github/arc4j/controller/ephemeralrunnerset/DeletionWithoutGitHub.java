package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.Abandonment;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the runners of a set that is being deleted without contacting GitHub: all of them if the user forces it, and
 * those for which {@link Abandonment} no longer waits if requests to GitHub fail.
 */
final class DeletionWithoutGitHub {
    private final RunnerDeletion deletion;
    private final ResourceClient<Pod> pods;
    private final EventRecorder events;
    private final Clock clock;

    DeletionWithoutGitHub(RunnerDeletion deletion, ResourceClient<Pod> pods, EventRecorder events, Clock clock) {
        this.deletion = deletion;
        this.pods = pods;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Deletes the runners that no longer wait for GitHub.
     *
     * @param failure why requests to GitHub for the set failed in this pass
     * @return how long until others no longer wait; null if none wait
     */
    @Nullable Duration delete(EphemeralRunnerSet set, Collection<EphemeralRunner> all, @Nullable GitHubFailure failure)
            throws Exception {
        if (ForcedDeletion.isRequested(set)) {
            deletion.deleteForced(set, all, RunnerEnding.FORCED);
            return null;
        }
        Instant now = clock.instant();
        List<Condition> setConditions = SetStatusWriter.conditions(set);
        Optional<Duration> ofSet =
                failure == null ? Optional.empty() : GitHubReachable.remainingTime(setConditions, now);
        boolean hasSetTimedOut = ofSet.filter(Duration::isZero).isPresent();
        List<EphemeralRunner> abandoned = all.stream()
                .filter(runner -> !runner.hasJob() && !ForcedDeletion.isRequested(runner))
                .filter(runner -> Abandonment.isDue(
                        hasSetTimedOut || GitHubReachable.hasTimedOut(conditions(runner), now),
                        GitHubReachable.isLockedOut(setConditions) || GitHubReachable.isLockedOut(conditions(runner)),
                        false,
                        () -> mayRun(runner, now)))
                .toList();
        if (!abandoned.isEmpty()) {
            events.warning(
                    set,
                    RunnerEnding.ABANDONED.reason(),
                    "Requests to GitHub have failed for %d minutes: runners without a job are removed, and GitHub removes their registrations later"
                            .formatted(GitHubReachable.DELETION_TIMEOUT.toMinutes()));
            deletion.deleteForced(set, abandoned, RunnerEnding.ABANDONED);
        }
        Stream<Duration> ofRunners = all.stream()
                .filter(runner -> !runner.hasJob())
                .flatMap(runner -> GitHubReachable.remainingTime(conditions(runner), now).stream());
        return Stream.concat(ofSet.stream(), ofRunners)
                .filter(Duration::isPositive)
                .min(Duration::compareTo)
                .orElse(null);
    }

    private static List<Condition> conditions(EphemeralRunner runner) {
        return runner.statusOrEmpty().conditions();
    }

    /** Whether the runner may have a job that its status does not name. */
    private boolean mayRun(EphemeralRunner runner, Instant now) {
        Request name = Request.of(runner);
        Pod cached = pods.get(name);
        Pod pod = cached == null ? pods.getLive(name) : cached;
        return pod != null && PodState.mayRun(pod, now);
    }
}
