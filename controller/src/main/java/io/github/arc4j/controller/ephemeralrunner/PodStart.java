package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.JobStillRunningException;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import io.github.arc4j.controller.runtime.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Registers a runner and makes its pod. */
final class PodStart {
    private static final Duration FORMER_POD_DELAY = Duration.ofSeconds(5);
    private static final Duration QUOTA_DELAY = Duration.ofSeconds(30);
    private static final Duration QUOTA_PATIENCE = Duration.ofMinutes(10);

    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final GitHubClients github;
    private final Clock clock;
    private final String version;
    /** Registrations that surely no pod has used, by runner. A restart of the process gives them up. */
    private final PerObject<Long> unused;

    /** @param version of this build, for the runner's user agent */
    PodStart(
            ResourceCache<EphemeralRunner> runners,
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
        this.unused = new PerObject<>(runners);
    }

    Step start(CurrentRunner runner) throws Exception {
        long registered = runner.status().runnerId();
        boolean isUnused = Objects.equals(unused.get(runner.get()), registered);
        boolean hadPod = runner.status().hasJob() || (registered > 0 && !isUnused);
        if (hadPod) {
            if (podExists(runner)) {
                return Step.after(FORMER_POD_DELAY);
            }
            if (runner.status().hasJob()) {
                return runner.replace("PodLost", "the pod is gone while it ran a job; the runner is replaced");
            }
            registration.forget(runner.get()); // a used JIT config makes a zombie
        }
        ScaleSetApi api = github.client(GitHubAccess.of(runner.get()));
        try {
            Optional<RunnerRegistration.Outcome.Registered> kept = unusedRegistration(runner);
            RunnerRegistration.Outcome outcome = kept.isPresent() ? kept.get() : registration.ensure(runner.get(), api);
            if (outcome instanceof RunnerRegistration.Outcome.Earlier earlier) {
                if (!hadPod && podExists(runner)) {
                    return Step.after(FORMER_POD_DELAY);
                }
                outcome = registration.renew(runner.get(), earlier, api);
            }
            return registered(runner, outcome);
        } catch (JobStillRunningException e) {
            return runner.replace("JobLost", "GitHub still waits for a job of this runner's former pod");
        }
    }

    private Optional<RunnerRegistration.Outcome.Registered> unusedRegistration(CurrentRunner runner) {
        long id = unused.getOrDefault(runner.get(), 0L);
        return id == 0 ? Optional.empty() : registration.stored(runner.get()).filter(stored -> stored.runnerId() == id);
    }

    /** Whether there is a pod that the cache does not know yet, or takes for gone. */
    private boolean podExists(CurrentRunner runner) {
        ObjectMeta metadata = runner.get().getMetadata();
        return pods.getLive(metadata.getNamespace(), metadata.getName()) != null;
    }

    private Step registered(CurrentRunner runner, RunnerRegistration.Outcome outcome) throws Exception {
        return switch (outcome) {
            case RunnerRegistration.Outcome.Registered registered -> createPod(runner, registered);
            case RunnerRegistration.Outcome.Earlier earlier -> Step.retry();
            case RunnerRegistration.Outcome.NameTaken taken ->
                runner.replace(
                        "RunnerNameTaken",
                        "scale set %d has a runner of this name; another is made".formatted(taken.scaleSetId()));
        };
    }

    private Step createPod(CurrentRunner runner, RunnerRegistration.Outcome.Registered registered) throws Exception {
        unused.remove(runner.get());
        Pod pod;
        try {
            pod = pods.createOrAdopt(RunnerPod.desired(runner.get(), registered.runnerId(), version));
        } catch (KubernetesClientException e) {
            return podRefused(runner, registered, e);
        }
        if (pod.isMarkedForDeletion()) {
            return Step.after(FORMER_POD_DELAY);
        }
        long ofPod = RunnerPod.runnerId(pod);
        if (ofPod > 0 && ofPod != registered.runnerId()) {
            return discard(runner, pod, registered);
        }
        // What happens to the pod next says more than that it was made; see PodFollower.
        return Step.after(PodFollower.PENDING_PATIENCE);
    }

    /** A pass that died had asked for this pod, for a registration that this one has replaced. */
    private Step discard(CurrentRunner runner, Pod pod, RunnerRegistration.Outcome.Registered registered)
            throws Exception {
        github.client(GitHubAccess.of(runner.get())).removeRunner(registered.runnerId());
        registration.forget(runner.get());
        pods.delete(pod);
        return Step.after(FORMER_POD_DELAY);
    }

    private Step podRefused(
            CurrentRunner runner, RunnerRegistration.Outcome.Registered registered, KubernetesClientException e)
            throws Exception {
        String message = Objects.requireNonNullElse(e.getMessage(), "");
        if (ResourceClient.isAlreadyExisting(e)) {
            return runner.replace("PodNameTaken", "somebody else's pod has the runner's name; another runner is made");
        }
        if (ResourceClient.isConflict(e)) {
            // Of two pods at a time with one resource quota. The registration serves the next try, as no pod was made.
            unused.put(runner.get(), registered.runnerId());
            throw e;
        }
        if (ResourceClient.isForbidden(e) && message.contains("exceeded quota:")) {
            Instant created = Instant.parse(runner.get().getMetadata().getCreationTimestamp());
            if (Duration.between(created, clock.instant()).compareTo(QUOTA_PATIENCE) > 0) {
                return runner.replace(Statuses.QUOTA_EXCEEDED, message);
            }
            unused.put(runner.get(), registered.runnerId());
            EphemeralRunnerStatus wanted =
                    Statuses.overQuota(runner.get(), registered.runnerId(), message, clock.instant());
            runner.writeStatus(wanted);
            return Step.after(QUOTA_DELAY);
        }
        if (ResourceClient.isRefused(e)) {
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
