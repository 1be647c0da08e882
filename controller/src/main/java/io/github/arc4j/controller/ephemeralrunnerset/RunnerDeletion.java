package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.JobStillRunningException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.PodReader;
import io.github.arc4j.controller.github.Deregistrations;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.kube.Concurrently;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.cache.Request;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes runners that have ended, and those without a job. GitHub decides about the latter: it may have given one a job a
 * moment ago, so a runner is deleted only after GitHub has removed it.
 */
final class RunnerDeletion {
    private static final Logger log = LoggerFactory.getLogger(RunnerDeletion.class);

    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final PodReader podReader;
    private final GitHubClients github;
    private final Deregistrations deregistrations;

    RunnerDeletion(
            ResourceClient<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            PodReader podReader,
            GitHubClients github,
            Deregistrations deregistrations) {
        this.runners = runners;
        this.pods = pods;
        this.podReader = podReader;
        this.github = github;
        this.deregistrations = deregistrations;
    }

    /** Deletes runners that have ended. */
    void deleteEnded(List<EphemeralRunner> ended, String why) throws Exception {
        Concurrently.run(ended.stream()
                .<Concurrently.Task>map(runner -> () -> runners.delete(runner))
                .toList());
        if (!ended.isEmpty()) {
            log.info("Deleted ended runners: {}; {}", ended.size(), why);
        }
    }

    /** The runners that are not known to have a job, the oldest first. */
    static List<EphemeralRunner> oldestIdleFirst(List<EphemeralRunner> runners) {
        return runners.stream()
                .filter(runner -> !runner.hasJob())
                .sorted(Comparator.comparing(runner -> runner.getMetadata().getCreationTimestamp()))
                .toList();
    }

    /**
     * Deletes at most {@code limit} of the candidates, in their order, skipping those with a job. Those that the set
     * does not control are skipped, too, because GitHub removes runners with the set's credentials.
     *
     * @param why for the log
     * @param outcome takes the first failure of GitHub; other runners may have been deleted
     * @param beforeDeletion called with each runner that GitHub has removed
     * @throws Exception the first failure of Kubernetes; others may have been deleted
     */
    void deleteIdle(
            EphemeralRunnerSet set,
            List<EphemeralRunner> candidates,
            int limit,
            String why,
            PassOutcome outcome,
            Consumer<EphemeralRunner> beforeDeletion)
            throws Exception {
        try {
            deleteIdle(set, candidates, limit, why, beforeDeletion);
        } catch (GitHubAccessException e) {
            outcome.failed(e);
        } catch (ActionsException e) {
            outcome.failed(e);
        }
    }

    private void deleteIdle(
            EphemeralRunnerSet set,
            List<EphemeralRunner> candidates,
            int limit,
            String why,
            Consumer<EphemeralRunner> beforeDeletion)
            throws Exception {
        List<EphemeralRunner> idle = candidates.stream()
                .filter(runner -> !runner.hasJob() && Owners.isController(set, runner))
                .toList();
        if (idle.isEmpty() || limit <= 0) {
            return;
        }
        ScaleSetApi api = github.client(GitHubAccess.of(set));
        AtomicInteger deleted = new AtomicInteger();
        try {
            for (int from = 0; from < idle.size() && deleted.get() < limit; ) {
                int to = from + Math.min(idle.size() - from, limit - deleted.get());
                Concurrently.run(idle.subList(from, to).stream()
                        .<Concurrently.Task>map(runner -> () -> {
                            if (deleteUnlessBusy(runner, api, beforeDeletion)) {
                                deleted.incrementAndGet();
                            }
                        })
                        .toList());
                from = to;
            }
        } finally {
            if (deleted.get() > 0) {
                log.info("Deleted idle runners: {}; {}", deleted, why);
            }
        }
    }

    private boolean deleteUnlessBusy(EphemeralRunner runner, ScaleSetApi api, Consumer<EphemeralRunner> beforeDeletion)
            throws InterruptedException {
        deregistrations.begin(runner);
        try {
            boolean isIdle = removeFromGitHub(runner, api);
            if (isIdle) {
                beforeDeletion.accept(runner);
                runners.delete(runner);
            }
            return isIdle;
        } finally {
            deregistrations.end(runner);
        }
    }

    /** Whether GitHub removed the runner, or never had it; the finalizer finds a registration that is under way. */
    private boolean removeFromGitHub(EphemeralRunner runner, ScaleSetApi api) throws InterruptedException {
        long id = podReader.runnerId(runner, pods.cache().get(Request.of(runner)));
        try {
            deregistrations.remove(runner, id, api);
            return true;
        } catch (JobStillRunningException e) {
            return false;
        }
    }
}
