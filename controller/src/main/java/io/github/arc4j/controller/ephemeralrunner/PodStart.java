package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.JobStillRunningException;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Registers a runner and makes its pod. */
final class PodStart {
    private static final Duration QUOTA_DELAY = Duration.ofSeconds(30);
    private static final Duration QUOTA_PATIENCE = Duration.ofMinutes(10);

    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final GitHubClients github;
    private final Clock clock;
    private final String version;

    /** @param version of this build, for the runner's user agent */
    PodStart(
            ResourceClient<Pod> pods,
            RunnerRegistration registration,
            GitHubClients github,
            Clock clock,
            String version) {
        this.pods = pods;
        this.registration = registration;
        this.github = github;
        this.clock = clock;
        this.version = version;
    }

    Step start(CurrentRunner runner) throws Exception {
        if (Phase.RUNNING.equals(runner.status().phase())) {
            if (runner.status().hasJob()) {
                return runner.replace("PodLost", "the pod is gone while it ran a job; the runner is replaced");
            }
            registration.forget(runner.get()); // a used JIT config makes a zombie
        }
        RunnerRegistration.Outcome outcome;
        try {
            outcome = registration.ensure(runner.get(), github.client(GitHubAccess.of(runner.get())));
        } catch (JobStillRunningException e) {
            return runner.replace("JobLost", "GitHub still waits for a job of this runner's former pod");
        }
        return switch (outcome) {
            case RunnerRegistration.Outcome.Registered registered -> createPod(runner, registered);
            case RunnerRegistration.Outcome.NameTaken taken ->
                runner.replace(
                        "RunnerNameTaken",
                        "scale set %d has a runner of this name; another is made".formatted(taken.scaleSetId()));
        };
    }

    private Step createPod(CurrentRunner runner, RunnerRegistration.Outcome.Registered registered) throws Exception {
        try {
            pods.createOrAdopt(RunnerPod.desired(runner.get(), registered.runnerId(), version));
        } catch (KubernetesClientException e) {
            return podRefused(runner, registered, e);
        }
        // What happens to the pod next says more than that it was made; see PodFollower.
        return Step.after(PodFollower.PENDING_PATIENCE);
    }

    private Step podRefused(
            CurrentRunner runner, RunnerRegistration.Outcome.Registered registered, KubernetesClientException e)
            throws Exception {
        String message = Objects.requireNonNullElse(e.getMessage(), "");
        if (ResourceClient.isConflict(e)) {
            return Step.after(Duration.ofSeconds(5)); // the former pod of this name is still going
        }
        if (ResourceClient.isForbidden(e) && message.contains("exceeded quota:")) {
            Instant created = Instant.parse(runner.get().getMetadata().getCreationTimestamp());
            if (Duration.between(created, clock.instant()).compareTo(QUOTA_PATIENCE) > 0) {
                return runner.replace("QuotaExceeded", message);
            }
            runner.warn("QuotaExceeded", message);
            runner.writeStatus(Statuses.stuck(runner.get(), "QuotaExceeded", message, clock.instant()));
            return Step.after(QUOTA_DELAY);
        }
        if (ResourceClient.isForbidden(e) || ResourceClient.isInvalid(e)) {
            runner.warn("InvalidPod", "Failed to create the pod: " + message);
            runner.writeStatus(Statuses.done(
                    runner.get(), Phase.FAILED, "InvalidPod", "Failed to create the pod: " + message, clock.instant()));
            github.client(GitHubAccess.of(runner.get())).removeRunner(registered.runnerId());
            registration.forget(runner.get());
            return Step.done();
        }
        throw e;
    }
}
