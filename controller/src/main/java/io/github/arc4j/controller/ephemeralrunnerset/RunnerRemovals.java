package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.actions.JobStillRunningException;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.github.Deregistrations;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.Concurrently;
import io.github.arc4j.controller.kube.ResourceClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Removes runners that have ended, and those that have no job. GitHub has the last word on the latter: one goes only
 * after GitHub let go of it, for it may have been given a job a moment ago.
 */
final class RunnerRemovals {
    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final RunnerPods runnerPods;
    private final GitHubClients github;
    private final Deregistrations deregistrations;

    RunnerRemovals(
            ResourceClient<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            RunnerPods runnerPods,
            GitHubClients github,
            Deregistrations deregistrations) {
        this.runners = runners;
        this.pods = pods;
        this.runnerPods = runnerPods;
        this.github = github;
        this.deregistrations = deregistrations;
    }

    /** Those that are not known to have a job, the oldest first. */
    List<EphemeralRunner> idleFirst(List<EphemeralRunner> candidates) {
        return candidates.stream()
                .filter(runner -> !runner.hasJob())
                .sorted(Comparator.comparing(runner -> runner.getMetadata().getCreationTimestamp()))
                .toList();
    }

    /**
     * Removes at most {@code limit} of the candidates, in their order, skipping those with a job.
     *
     * @param beforeDeletion told of each runner that GitHub let go of
     * @throws GitHubAccessException if GitHub cannot be asked
     * @throws Exception the first failure of a call; others may have succeeded
     */
    void remove(
            EphemeralRunnerSet set,
            List<EphemeralRunner> candidates,
            int limit,
            Consumer<EphemeralRunner> beforeDeletion)
            throws Exception {
        List<EphemeralRunner> idle =
                candidates.stream().filter(runner -> !runner.hasJob()).toList();
        if (idle.isEmpty() || limit <= 0) {
            return;
        }
        ScaleSetApi api = github.client(GitHubAccess.of(set));
        AtomicInteger removed = new AtomicInteger();
        for (int from = 0; from < idle.size() && removed.get() < limit; ) {
            int to = Math.min(idle.size(), from + limit - removed.get());
            List<Concurrently.Task> tasks = new ArrayList<>();
            for (EphemeralRunner runner : idle.subList(from, to)) {
                tasks.add(() -> {
                    deregistrations.begin(runner);
                    try {
                        if (letGo(runner, api)) {
                            beforeDeletion.accept(runner);
                            runners.delete(runner);
                            removed.incrementAndGet();
                        }
                    } finally {
                        deregistrations.end(runner);
                    }
                });
            }
            Concurrently.run(tasks);
            from = to;
        }
    }

    /** Deletes runners that have ended. */
    void removeEnded(List<EphemeralRunner> ended) throws Exception {
        Concurrently.run(ended.stream()
                .<Concurrently.Task>map(runner -> () -> runners.delete(runner))
                .toList());
    }

    /** Whether GitHub took the runner off, or never had it; a registration under way is found by the finalizer. */
    private boolean letGo(EphemeralRunner runner, ScaleSetApi api) throws InterruptedException {
        ObjectMeta metadata = runner.getMetadata();
        long id = runnerPods.runnerId(runner, pods.get(metadata.getNamespace(), metadata.getName()));
        if (id == 0) {
            return true;
        }
        try {
            api.removeRunner(id);
            return true;
        } catch (JobStillRunningException e) {
            return false;
        }
    }
}
