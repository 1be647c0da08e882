package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.Concurrently;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Removes runners of a set that is being deleted without GitHub: all of them by the user's word, those without a job when
 * GitHub is away for too long. As nothing listens any more, a runner may have got a job that is not on record. So where
 * GitHub may come back, only runners whose pods cannot run are removed.
 */
final class RunnerAbandonment {
    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final RunnerPods runnerPods;
    private final EventRecorder events;
    private final Clock clock;

    RunnerAbandonment(
            ResourceClient<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            RunnerPods runnerPods,
            EventRecorder events,
            Clock clock) {
        this.runners = runners;
        this.pods = pods;
        this.runnerPods = runnerPods;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Removes those whose time has come.
     *
     * @param failure that the set met just now
     * @return when the time of others comes, null if there are none
     */
    @Nullable Duration remove(EphemeralRunnerSet set, Collection<EphemeralRunner> all, @Nullable GitHubFailure failure)
            throws Exception {
        if (ForcedDeletion.isAsked(set)) {
            removeForced(all);
            return null;
        }
        Instant now = clock.instant();
        List<Condition> setConditions = SetStatusWriter.statusOf(set).conditions();
        Optional<Duration> ofSet =
                failure == null ? Optional.empty() : GitHubReachable.patienceLeft(setConditions, now);
        boolean setHasGivenUp = ofSet.filter(Duration::isZero).isPresent();
        List<EphemeralRunner> abandoned = all.stream()
                .filter(runner -> !runner.hasJob() && !ForcedDeletion.isAsked(runner))
                .filter(runner -> setHasGivenUp
                        || patienceLeft(runner, now).filter(Duration::isZero).isPresent())
                .filter(runner -> GitHubReachable.isLockedOut(setConditions)
                        || GitHubReachable.isLockedOut(conditions(runner))
                        || !mayRun(runner))
                .toList();
        if (!abandoned.isEmpty()) {
            events.warning(
                    set,
                    "RunnersAbandoned",
                    "GitHub could not be used for %d minutes: runners without a job are removed, and GitHub removes its registrations later"
                            .formatted(GitHubReachable.PATIENCE.toMinutes()));
            removeForced(abandoned);
        }
        Stream<Duration> ofRunners =
                all.stream().filter(runner -> !runner.hasJob()).flatMap(runner -> patienceLeft(runner, now).stream());
        return Stream.concat(ofSet.stream(), ofRunners)
                .filter(Duration::isPositive)
                .min(Duration::compareTo)
                .orElse(null);
    }

    private static Optional<Duration> patienceLeft(EphemeralRunner runner, Instant now) {
        return GitHubReachable.patienceLeft(conditions(runner), now);
    }

    private static List<Condition> conditions(EphemeralRunner runner) {
        return runner.getStatus() == null ? List.of() : runner.getStatus().conditions();
    }

    /** Whether the runner may have a job that nobody has told of. */
    private boolean mayRun(EphemeralRunner runner) {
        ObjectMeta metadata = runner.getMetadata();
        Pod cached = pods.get(metadata.getNamespace(), metadata.getName());
        Pod pod = cached == null ? pods.getLive(metadata.getNamespace(), metadata.getName()) : cached;
        return pod != null && runnerPods.mayRun(pod);
    }

    private void removeForced(Collection<EphemeralRunner> doomed) throws Exception {
        Concurrently.run(doomed.stream()
                .<Concurrently.Task>map(runner -> () -> ForcedDeletion.delete(runners, runner))
                .toList());
    }
}
