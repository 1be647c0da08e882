package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.RunnerState;
import io.github.arc4j.controller.ephemeralrunnerset.scaling.ScalingState;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubCallException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.RunnerEnding.Fate;
import io.github.arc4j.controller.runners.RunnerEndings;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.queue.Concurrently;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes runners of a set: those that have ended, and those without a job. GitHub decides about the latter: it may
 * have given one a job a moment ago, so a runner is deleted only after GitHub has removed it.
 */
final class RunnerDeletion {
    private static final Logger log = LoggerFactory.getLogger(RunnerDeletion.class);

    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final GitHubClients github;
    private final Deregistrations deregistrations;
    private final RunnerEndings endings;
    private final ScalingState scaling;
    private final StaleDemand staleDemand;
    private final RunnerMetrics metrics;

    RunnerDeletion(
            ResourceClient<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            GitHubClients github,
            Deregistrations deregistrations,
            RunnerEndings endings,
            ScalingState scaling,
            StaleDemand staleDemand,
            RunnerMetrics metrics) {
        this.runners = runners;
        this.pods = pods;
        this.github = github;
        this.deregistrations = deregistrations;
        this.endings = endings;
        this.scaling = scaling;
        this.staleDemand = staleDemand;
        this.metrics = metrics;
    }

    /** The runners without a job on record, the oldest first. */
    static List<EphemeralRunner> oldestIdleFirst(List<EphemeralRunner> runners) {
        return runners.stream()
                .filter(runner -> !runner.hasJob())
                .sorted(Comparator.comparing(runner -> runner.getMetadata().getCreationTimestamp()))
                .toList();
    }

    /** Deletes this number of runners: the failed ones first, then the pending and the idle ones, the oldest first. */
    void deleteSurplus(EphemeralRunnerSet set, RunnerIndex index, int surplus, PassOutcome outcome) throws Exception {
        List<EphemeralRunner> candidates = new ArrayList<>(index.in(set, RunnerState.FAILED));
        candidates.addAll(oldestIdleFirst(index.in(set, RunnerState.PENDING)));
        candidates.addAll(oldestIdleFirst(index.in(set, RunnerState.RUNNING)));
        deleteIdle(set, candidates, surplus, RunnerEnding.SURPLUS, outcome);
    }

    /** Deletes the runners that have ended, and those without a job after GitHub has removed them. */
    void deleteEndedAndIdle(
            EphemeralRunnerSet set, List<EphemeralRunner> candidates, RunnerEnding ending, PassOutcome outcome)
            throws Exception {
        List<EphemeralRunner> ended = new ArrayList<>();
        List<EphemeralRunner> alive = new ArrayList<>();
        for (EphemeralRunner runner : candidates) {
            switch (RunnerState.of(runner)) {
                case FINISHED, FAILED, RETAINED, OUTDATED -> ended.add(runner);
                case PENDING, RUNNING -> alive.add(runner);
                case DELETING -> {}
            }
        }
        deleteEnded(set, ended, ending);
        deleteIdle(set, alive, alive.size(), ending, outcome);
    }

    void deleteEnded(EphemeralRunnerSet set, List<EphemeralRunner> ended, RunnerEnding ending) throws Exception {
        Concurrently.run(ended.stream()
                .<Concurrently.Task>map(runner -> () -> delete(set, runner, ending, runners::delete))
                .toList());
        logDeletion(ended.size(), "", ending);
    }

    /** Deletes runners without asking GitHub, whether or not they have jobs. */
    void deleteForced(EphemeralRunnerSet set, Collection<EphemeralRunner> all, RunnerEnding ending) throws Exception {
        Concurrently.run(all.stream()
                .<Concurrently.Task>map(
                        runner -> () -> delete(set, runner, ending, forced -> ForcedDeletion.delete(runners, forced)))
                .toList());
    }

    /**
     * Deletes at most {@code limit} of the candidates, in their order, skipping those with a job. Those that the set
     * does not control are skipped, too, because GitHub removes runners with the set's credentials.
     *
     * @param outcome takes the first failure of GitHub; other runners may have been deleted
     * @throws Exception the first failure of Kubernetes; others may have been deleted
     */
    void deleteIdle(
            EphemeralRunnerSet set,
            List<EphemeralRunner> candidates,
            int limit,
            RunnerEnding ending,
            PassOutcome outcome)
            throws Exception {
        List<EphemeralRunner> idle = candidates.stream()
                .filter(runner -> !runner.hasJob() && Owners.isController(set, runner))
                .toList();
        if (idle.isEmpty() || limit <= 0) {
            return;
        }
        try {
            github.call(GitHubAccess.of(set), api -> deleteIdle(set, idle, limit, ending, api));
        } catch (GitHubCallException e) {
            outcome.failed(e.failure());
        }
    }

    private int deleteIdle(
            EphemeralRunnerSet set, List<EphemeralRunner> idle, int limit, RunnerEnding ending, ScaleSetApi api)
            throws Exception {
        AtomicInteger deleted = new AtomicInteger();
        try {
            for (int from = 0; from < idle.size() && deleted.get() < limit; ) {
                int to = from + Math.min(idle.size() - from, limit - deleted.get());
                Concurrently.run(idle.subList(from, to).stream()
                        .<Concurrently.Task>map(runner -> () -> {
                            if (deleteUnlessBusy(set, runner, ending, api)) {
                                deleted.incrementAndGet();
                            }
                        })
                        .toList());
                from = to;
            }
            return deleted.get();
        } finally {
            logDeletion(deleted.get(), "idle ", ending);
        }
    }

    private boolean deleteUnlessBusy(
            EphemeralRunnerSet set, EphemeralRunner runner, RunnerEnding ending, ScaleSetApi api)
            throws InterruptedException {
        deregistrations.begin(runner);
        try {
            long id = RunnerPod.runnerId(runner, pods.get(Request.of(runner)));
            if (deregistrations.remove(runner, id, api) == Deregistrations.Outcome.HAS_JOB) {
                return false;
            }
            // GitHub has removed the runner, or never had it; the finalizer finds a registration that is under way.
            delete(set, runner, ending, runners::delete);
            return true;
        } finally {
            deregistrations.end(runner);
        }
    }

    private void delete(
            EphemeralRunnerSet set,
            EphemeralRunner runner,
            RunnerEnding ending,
            Function<EphemeralRunner, @Nullable EphemeralRunner> deletion) {
        if (ending.fate() == Fate.REPLACED && !Retention.isRetained(runner)) {
            scaling.replaces(set, runner);
        }
        if (ending == RunnerEnding.IDLE_REPLACED) {
            staleDemand.replaced(set);
            metrics.reaped(runner, ending.reason());
        }
        endings.delete(runner, ending, () -> deletion.apply(runner));
    }

    /** @param kind an adjective and a space, or empty */
    private static void logDeletion(int number, String kind, RunnerEnding ending) {
        if (number > 0) {
            log.info("Deleted {} {}runner{}: {}", number, kind, number == 1 ? "" : "s", ending.cause());
        }
    }
}
