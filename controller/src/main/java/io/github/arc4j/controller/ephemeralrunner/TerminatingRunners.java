package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.github.Deregistrations;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes idle runners from GitHub when their pods are being terminated, e.g. because their node is drained. Otherwise,
 * GitHub could give such a runner a job, which would be killed at the end of the grace period. The process of a removed
 * runner exits by itself, usually long before that.
 *
 * <p>The runner's object stays: it gets another pod, with another registration, as soon as the terminating pod no
 * longer exists. GitHub is asked once for each pod, and again after a restart of the controller.
 */
final class TerminatingRunners {
    private static final Logger log = LoggerFactory.getLogger(TerminatingRunners.class);

    private final GitHubClients github;
    private final Deregistrations deregistrations;
    /** The UID of the pod for which GitHub has answered, by runner. */
    private final PerObject<String> answered;

    TerminatingRunners(ResourceCache<EphemeralRunner> runners, GitHubClients github, Deregistrations deregistrations) {
        this.github = github;
        this.deregistrations = deregistrations;
        this.answered = new PerObject<>(runners);
    }

    /**
     * Removes the runner from GitHub, unless it has a job that is not on record yet.
     *
     * @param pod the runner's terminating pod
     * @param untilLost when the pod counts as lost
     */
    Step deregister(EphemeralRunner runner, Pod pod, Duration untilLost) throws InterruptedException {
        long runnerId = Statuses.runnerId(runner, pod);
        String uid = pod.getMetadata().getUid();
        if (runnerId == 0 || uid.equals(answered.get(runner))) {
            return Step.after(untilLost);
        }
        try {
            switch (deregistrations.remove(runner, runnerId, github.client(GitHubAccess.of(runner)))) {
                case REMOVED -> log.info("Removed the idle runner from GitHub, because its pod is being terminated");
                case HAS_JOB -> log.info("The runner's pod is being terminated, but GitHub has given the runner a job");
                case NOT_FOUND -> {}
            }
        } catch (GitHubAccessException e) {
            return retry(GitHubFailure.of(e), untilLost);
        } catch (ActionsException e) {
            return retry(GitHubFailure.of(e), untilLost);
        }
        answered.put(runner, uid);
        return Step.after(untilLost);
    }

    private static Step retry(GitHubFailure failure, Duration untilLost) {
        return new Step.Stop(failure.result().within(untilLost));
    }
}
