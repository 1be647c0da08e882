package io.github.arc4j.controller.ephemeralrunner.rules;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Decides how a runner that the cache has no pod of is registered and gets a pod. Pure functions; {@code PodStart}
 * carries out the verdicts.
 */
public final class StartRules {
    /** How long to wait for the end of a previous pod, unless an event reports it earlier. */
    public static final Duration PREVIOUS_POD_DELAY = Duration.ofSeconds(5);

    private static final Duration QUOTA_DELAY = Duration.ofSeconds(30);
    private static final Duration QUOTA_TIMEOUT = Duration.ofMinutes(10);

    private StartRules() {}

    /** Decides about the next step, until the pod can be created. */
    public static StartVerdict decide(StartFacts facts) {
        boolean hadPod = facts.hadPod();
        Registration registration = facts.registration();
        if (hadPod || registration instanceof Registration.Earlier) {
            Boolean podExists = facts.podExists();
            if (podExists == null) {
                return new StartVerdict.FindPod();
            }
            if (podExists) {
                return new StartVerdict.AwaitPod(PREVIOUS_POD_DELAY);
            }
        }
        if (facts.status().hasJob()) {
            return new StartVerdict.End(
                    new Verdict.End(RunnerEnding.POD_LOST, "the pod was deleted during a job; the runner is replaced"));
        }
        return switch (registration) {
            case null -> new StartVerdict.Register(hadPod);
            case Registration.Registered registered -> new StartVerdict.CreatePod(registered.runnerId(), !hadPod);
            case Registration.Earlier earlier ->
                facts.isRenewed() ? new StartVerdict.Retry() : new StartVerdict.Renew(earlier);
            case Registration.NameTaken taken ->
                new StartVerdict.End(new Verdict.End(
                        RunnerEnding.RUNNER_NAME_TAKEN,
                        "scale set %d has a runner of this name; another runner is created"
                                .formatted(taken.scaleSetId())));
            case Registration.HasJob hasJob -> new StartVerdict.End(jobWithoutPod(hadPod));
        };
    }

    /** What a pod of the runner is that exists after an attempt to create it. */
    public enum CreatedPod {
        /** It uses the registration. */
        STARTED,
        /** A previous pod that is being deleted. */
        PREVIOUS,
        /** A terminated reconcile created it for a registration that the current one has replaced. */
        OBSOLETE
    }

    /** @param runnerId the registration for which the pod was to be created */
    public static CreatedPod created(Pod pod, long runnerId) {
        if (pod.isMarkedForDeletion()) {
            return CreatedPod.PREVIOUS;
        }
        long podRunnerId = RunnerPod.runnerId(pod);
        return podRunnerId > 0 && podRunnerId != runnerId ? CreatedPod.OBSOLETE : CreatedPod.STARTED;
    }

    /** The API server did not create the runner's pod. */
    public static PodRejection podRejected(EphemeralRunner runner, KubernetesClientException rejection, Instant now) {
        String message = Objects.requireNonNullElse(rejection.getMessage(), "");
        if (ResourceClient.isAlreadyExisting(rejection)) {
            return end(
                    RunnerEnding.POD_NAME_TAKEN,
                    "a pod of another owner has the runner's name; another runner is created");
        }
        if (ResourceClient.isForbidden(rejection) && message.contains("exceeded quota:")) {
            Instant created = Instant.parse(runner.getMetadata().getCreationTimestamp());
            return Duration.between(created, now).compareTo(QUOTA_TIMEOUT) > 0
                    ? end(RunnerEnding.QUOTA_EXCEEDED, message)
                    : new PodRejection.AwaitQuota(message, QUOTA_DELAY);
        }
        return ResourceClient.isRejected(rejection)
                ? end(RunnerEnding.INVALID_POD, "Failed to create the pod: " + message)
                : new PodRejection.Retry();
    }

    /** The object of a runner that is kept as failed would keep its registration, too, for as long as the user likes. */
    private static PodRejection end(RunnerEnding ending, String message) {
        return new PodRejection.End(new Verdict.End(ending, message), ending == RunnerEnding.INVALID_POD);
    }

    /**
     * GitHub keeps the runner's registration because of a job, but there is no pod.
     *
     * @param hadPod whether there was one
     */
    public static Verdict.End jobWithoutPod(boolean hadPod) {
        return hadPod
                ? new Verdict.End(RunnerEnding.JOB_LOST, "GitHub still waits for a job of this runner's previous pod")
                : new Verdict.End(
                        RunnerEnding.JOB_WITHOUT_POD, "GitHub has given a job to this runner before it had a pod");
    }
}
