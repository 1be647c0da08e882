package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunner.pod.RunnerPod;
import io.github.arc4j.controller.ephemeralrunner.rules.ReportDelay;
import io.github.arc4j.controller.ephemeralrunner.rules.RunnerRules;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.ephemeralrunner.rules.Verdict;
import io.github.arc4j.controller.github.Deregistrations;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers a runner and creates its pod. */
final class PodStart {
    private static final Logger log = LoggerFactory.getLogger(PodStart.class);
    private static final Duration PREVIOUS_POD_DELAY = Duration.ofSeconds(5);

    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final RunnerPolicies policies;
    private final GitHubClients github;
    private final Deregistrations deregistrations;
    private final RunnerMetrics metrics;
    private final Clock clock;
    private final String version;
    /** Registrations that no pod can have used, by runner. A restart of the controller discards them. */
    private final PerObject<Registration> unused;

    /** @param isFirst whether the runner was never registered before */
    private record Registration(long runnerId, Instant time, boolean isFirst) {}

    /** @param version the controller's version, for the runner's user agent */
    PodStart(
            ResourceCache<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            RunnerRegistration registration,
            RunnerPolicies policies,
            GitHubClients github,
            Deregistrations deregistrations,
            RunnerMetrics metrics,
            Clock clock,
            String version) {
        this.pods = pods;
        this.registration = registration;
        this.policies = policies;
        this.github = github;
        this.deregistrations = deregistrations;
        this.metrics = metrics;
        this.clock = clock;
        this.version = version;
        this.unused = new PerObject<>(runners);
    }

    Step start(CurrentRunner runner) throws Exception {
        long registered = runner.status().runnerId();
        Registration known = unused.get(runner.get());
        boolean isUnused = known != null && known.runnerId() == registered;
        boolean hadPod = runner.status().hasJob() || (registered > 0 && !isUnused);
        if (hadPod) {
            if (podExists(runner)) {
                return Step.after(PREVIOUS_POD_DELAY);
            }
            if (runner.status().hasJob()) {
                return runner.end(RunnerRules.podLost());
            }
            registration.deleteJitConfig(runner.get()); // a pod with a used JIT config would never get a job
        }
        ScaleSetApi api = github.client(GitHubAccess.of(runner.get()));
        if (known != null && isStored(runner, known)) {
            return createPod(runner, known);
        }
        RunnerRegistration.Outcome outcome = registration.ensure(runner.get(), api);
        if (outcome instanceof RunnerRegistration.Outcome.Earlier earlier) {
            if (!hadPod && podExists(runner)) {
                return Step.after(PREVIOUS_POD_DELAY);
            }
            outcome = registration.renew(runner.get(), earlier, api);
        }
        return registered(runner, outcome, hadPod);
    }

    private boolean isStored(CurrentRunner runner, Registration known) {
        return registration
                .stored(runner.get())
                .filter(stored -> stored.runnerId() == known.runnerId())
                .isPresent();
    }

    /** Whether a pod exists that is not in the cache yet, or no longer. */
    private boolean podExists(CurrentRunner runner) {
        ObjectMeta metadata = runner.get().getMetadata();
        return pods.getLive(metadata.getNamespace(), metadata.getName()) != null;
    }

    private Step registered(CurrentRunner runner, RunnerRegistration.Outcome outcome, boolean hadPod) throws Exception {
        return switch (outcome) {
            case RunnerRegistration.Outcome.Registered registered ->
                createPod(runner, new Registration(registered.runnerId(), clock.instant(), !hadPod));
            case RunnerRegistration.Outcome.Earlier earlier -> Step.retry();
            case RunnerRegistration.Outcome.NameTaken taken ->
                runner.end(RunnerRules.runnerNameTaken(taken.scaleSetId()));
            case RunnerRegistration.Outcome.HasJob hasJob -> runner.end(RunnerRules.jobWithoutPod(hadPod));
        };
    }

    private Step createPod(CurrentRunner runner, Registration registered) throws Exception {
        unused.remove(runner.get());
        Pod pod;
        try {
            pod = pods.createOrAdopt(
                    RunnerPod.desired(runner.get(), registered.runnerId(), version, policies.of(runner.get())));
        } catch (KubernetesClientException e) {
            return podRejected(runner, registered, e);
        }
        if (pod.isMarkedForDeletion()) {
            return Step.after(PREVIOUS_POD_DELAY);
        }
        long podRunnerId = RunnerPod.runnerId(pod);
        if (podRunnerId > 0 && podRunnerId != registered.runnerId()) {
            return replace(pod, runner, registered);
        }
        if (registered.isFirst()) {
            // Not earlier: if the process were terminated before the pod exists, the next one would register again.
            metrics.registered(runner.get(), registered.time());
        }
        log.info("Registered the runner with id {} and created its pod", registered.runnerId());
        return Step.stop(Result.after(ReportDelay.STARTING), "applyRules > createPod");
    }

    /** The pod was created by a terminated reconcile, for a registration that the current one has replaced. */
    private Step replace(Pod pod, CurrentRunner runner, Registration registered) throws Exception {
        if (discard(registered, runner) == Deregistrations.Outcome.HAS_JOB) {
            return runner.end(RunnerRules.jobWithoutPod(!registered.isFirst()));
        }
        pods.delete(pod);
        return Step.after(PREVIOUS_POD_DELAY);
    }

    private Step podRejected(CurrentRunner runner, Registration registered, KubernetesClientException e)
            throws Exception {
        if (ResourceClient.isConflict(e) && !ResourceClient.isAlreadyExisting(e)) {
            // Two pods were created concurrently under one resource quota. This one was not created, so the next
            // attempt reuses the registration.
            unused.put(runner.get(), registered);
            throw e;
        }
        Verdict verdict =
                RunnerRules.podRejected(runner.get(), e, clock.instant()).orElseThrow(() -> e);
        if (verdict instanceof Verdict.AwaitQuota(String message, Duration delay)) {
            unused.put(runner.get(), registered);
            runner.writeStatus(Statuses.overQuota(runner.get(), registered.runnerId(), message, clock.instant()));
            return Step.after(delay);
        }
        Verdict.End end = (Verdict.End) verdict;
        Step step = runner.end(end);
        return end.ending() == RunnerEnding.INVALID_POD
                        && discard(registered, runner) == Deregistrations.Outcome.HAS_JOB
                ? runner.end(RunnerRules.jobWithoutPod(!registered.isFirst()))
                : step;
    }

    /** Discards a registration that no pod uses, unless GitHub keeps it because of a job. */
    private Deregistrations.Outcome discard(Registration registered, CurrentRunner runner) throws Exception {
        ScaleSetApi api = github.client(GitHubAccess.of(runner.get()));
        Deregistrations.Outcome outcome = deregistrations.remove(runner.get(), registered.runnerId(), api);
        if (outcome != Deregistrations.Outcome.HAS_JOB) {
            registration.deleteJitConfig(runner.get());
        }
        return outcome;
    }
}
