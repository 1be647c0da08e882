package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunner.rules.PodRejection;
import io.github.arc4j.controller.ephemeralrunner.rules.Registration;
import io.github.arc4j.controller.ephemeralrunner.rules.ReportDelay;
import io.github.arc4j.controller.ephemeralrunner.rules.StartFacts;
import io.github.arc4j.controller.ephemeralrunner.rules.StartRules;
import io.github.arc4j.controller.ephemeralrunner.rules.StartVerdict;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.ephemeralrunner.rules.Verdict;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubCallException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers a runner and creates its pod. */
final class PodStart {
    private static final Logger log = LoggerFactory.getLogger(PodStart.class);

    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final RunnerPolicies policies;
    private final GitHubClients github;
    private final RunnerDeregistration deregistration;
    private final RunnerMetrics metrics;
    private final Clock clock;
    private final String version;
    /** Registrations that no pod can have used, by runner. A restart of the controller discards them. */
    private final PerObject<Unused> unused;

    /** @param isFirst whether the runner was never registered before */
    private record Unused(long runnerId, Instant time, boolean isFirst) {}

    /** @param version the controller's version, for the runner's user agent */
    PodStart(
            ResourceCache<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            RunnerRegistration registration,
            RunnerPolicies policies,
            GitHubClients github,
            RunnerDeregistration deregistration,
            RunnerMetrics metrics,
            Clock clock,
            String version) {
        this.pods = pods;
        this.registration = registration;
        this.policies = policies;
        this.github = github;
        this.deregistration = deregistration;
        this.metrics = metrics;
        this.clock = clock;
        this.version = version;
        this.unused = new PerObject<>(runners);
    }

    /** Asks {@link StartRules} for one step after the other, and carries it out. */
    Step start(CurrentRunner runner) throws Exception {
        Unused known = unused.get(runner.get());
        StartFacts facts = StartFacts.of(
                runner.status(),
                known != null && known.runnerId() == runner.status().runnerId());
        while (true) {
            switch (StartRules.decide(facts)) {
                case StartVerdict.FindPod find -> facts = facts.withPod(pods.getLive(Request.of(runner.get())) != null);
                case StartVerdict.Register(boolean discardsJitConfig) ->
                    facts = facts.registered(register(runner, known, discardsJitConfig));
                case StartVerdict.Renew(Registration.Earlier earlier) ->
                    facts = facts.renewed(github.call(
                            GitHubAccess.of(runner.get()),
                            api -> registration.register(runner.get(), earlier.runnerId(), api)));
                case StartVerdict.CreatePod(long runnerId, boolean isFirst) -> {
                    return createPod(
                            runner,
                            known != null && known.runnerId() == runnerId
                                    ? known
                                    : new Unused(runnerId, clock.instant(), isFirst));
                }
                case StartVerdict.AwaitPod(Duration delay) -> {
                    return Step.after(delay);
                }
                case StartVerdict.Retry retry -> {
                    return Step.retry();
                }
                case StartVerdict.End(Verdict.End end) -> {
                    return runner.end(end);
                }
            }
        }
    }

    private Registration register(CurrentRunner runner, @Nullable Unused known, boolean discardsJitConfig)
            throws GitHubCallException, InterruptedException {
        if (discardsJitConfig) {
            registration.deleteJitConfig(runner.get());
        }
        return github.call(
                GitHubAccess.of(runner.get()),
                api -> known != null && registration.storedId(runner.get()) == known.runnerId()
                        ? new Registration.Registered(known.runnerId())
                        : registration.register(runner.get(), runner.status().runnerId(), api));
    }

    private Step createPod(CurrentRunner runner, Unused registered) throws Exception {
        unused.remove(runner.get());
        Pod pod;
        try {
            pod = pods.createOrAdopt(
                    RunnerPod.desired(runner.get(), registered.runnerId(), version, policies.of(runner.get())));
        } catch (KubernetesClientException e) {
            return podRejected(runner, registered, e);
        }
        return switch (StartRules.created(pod, registered.runnerId())) {
            case PREVIOUS -> Step.after(StartRules.PREVIOUS_POD_DELAY);
            case OBSOLETE -> replace(pod, runner, registered);
            case STARTED -> {
                if (registered.isFirst()) {
                    // Not earlier: if the process were terminated before the pod exists, the next one would register
                    // again.
                    metrics.registered(runner.get(), registered.time());
                }
                log.info("Registered the runner with id {} and created its pod", registered.runnerId());
                yield Step.stop(Result.after(ReportDelay.STARTING), "applyRules > createPod");
            }
        };
    }

    private Step replace(Pod pod, CurrentRunner runner, Unused registered) throws Exception {
        Verdict.End jobWithoutPod = discard(registered, runner);
        if (jobWithoutPod != null) {
            return runner.end(jobWithoutPod);
        }
        pods.delete(pod);
        return Step.after(StartRules.PREVIOUS_POD_DELAY);
    }

    private Step podRejected(CurrentRunner runner, Unused registered, KubernetesClientException e) throws Exception {
        if (ResourceClient.isConflict(e) || ResourceClient.isRejected(e)) { // after other failures, a pod may exist
            unused.put(runner.get(), registered);
        }
        return switch (StartRules.podRejected(runner.get(), e, clock.instant())) {
            case PodRejection.Retry retry -> throw e;
            case PodRejection.AwaitQuota(String message, Duration delay) -> {
                runner.writeStatus(Statuses.overQuota(runner.get(), registered.runnerId(), message, clock.instant()));
                yield Step.after(delay);
            }
            case PodRejection.End(Verdict.End end, boolean discardsRegistration) -> {
                // Discarded before the end is written, because a runner that has ended would keep its registration.
                Verdict.End jobWithoutPod = discardsRegistration ? discard(registered, runner) : null;
                yield runner.end(jobWithoutPod == null ? end : jobWithoutPod);
            }
        };
    }

    /**
     * Discards a registration that no pod uses.
     *
     * @return how the runner ends if GitHub keeps the registration because of a job; null if it is discarded
     */
    private Verdict.@Nullable End discard(Unused registered, CurrentRunner runner) throws Exception {
        Deregistrations.Outcome outcome = deregistration.remove(runner.get(), registered.runnerId());
        unused.remove(runner.get());
        if (outcome == Deregistrations.Outcome.HAS_JOB) {
            return StartRules.jobWithoutPod(!registered.isFirst());
        }
        registration.deleteJitConfig(runner.get());
        return null;
    }
}
