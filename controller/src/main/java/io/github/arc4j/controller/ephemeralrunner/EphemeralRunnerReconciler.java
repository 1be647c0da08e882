package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.JobStillRunningException;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Reconciler;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.controller.runtime.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Brings one runner from its registration through its job to its removal. */
public final class EphemeralRunnerReconciler implements Reconciler {
    /** After so many failed pods the runner is given up, and its set makes another. */
    static final int MAX_FAILURES = 5;

    /** How long to wait before the next pod, by the number of pods that failed. */
    static final List<Duration> FAILURE_DELAYS = List.of(
            Duration.ZERO,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(40),
            Duration.ofSeconds(80));

    private static final Duration QUOTA_DELAY = Duration.ofSeconds(30);
    private static final Duration QUOTA_PATIENCE = Duration.ofMinutes(10);

    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final RunnerRemoval removal;
    private final GitHubClients github;
    private final EventRecorder events;
    private final Clock clock;
    private final String version;

    /** @param version of this build, for the runner's user agent */
    public static EphemeralRunnerReconciler create(
            Resources resources,
            LabelPropagation propagation,
            GitHubClients github,
            EventRecorder events,
            Clock clock,
            String version) {
        return new EphemeralRunnerReconciler(
                resources.ephemeralRunners(),
                resources.pods(),
                new RunnerRegistration(resources.client(), propagation),
                new RunnerRemoval(
                        resources.client(), resources.ephemeralRunners(), resources.pods(), github, events, clock),
                github,
                events,
                clock,
                version);
    }

    private EphemeralRunnerReconciler(
            ResourceClient<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            RunnerRegistration registration,
            RunnerRemoval removal,
            GitHubClients github,
            EventRecorder events,
            Clock clock,
            String version) {
        this.runners = runners;
        this.pods = pods;
        this.registration = registration;
        this.removal = removal;
        this.github = github;
        this.events = events;
        this.clock = clock;
        this.version = version;
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        EphemeralRunner runner = runners.get(request.namespace(), request.name());
        return runner == null ? Result.done() : new Pass(runner).run();
    }

    /** One pass over one runner, on a snapshot that only the pass's own writes renew. */
    private final class Pass {
        private EphemeralRunner runner;
        private final @Nullable Pod pod;

        Pass(EphemeralRunner runner) {
            this.runner = runner;
            this.pod = pods.get(
                    runner.getMetadata().getNamespace(), runner.getMetadata().getName());
        }

        Result run() throws Exception {
            try {
                return Step.run(
                        this::removeIfDeleted,
                        this::cleanUpIfDone,
                        this::ensureFinalizers,
                        this::finishFailedPod,
                        this::giveUpAfterTooManyFailures,
                        this::waitOutFailureDelay,
                        this::startPod,
                        this::followPod);
            } catch (GitHubAccessException e) {
                return gitHubFailed(GitHubFailure.of(e));
            } catch (ActionsException e) {
                return gitHubFailed(GitHubFailure.of(e));
            }
        }

        private Step removeIfDeleted() throws Exception {
            return runner.isMarkedForDeletion() ? new Step.Stop(removal.remove(runner, pod)) : Step.next();
        }

        private Step cleanUpIfDone() {
            if (!Statuses.of(runner).done()) {
                return Step.next();
            }
            if (pod != null && !pod.isMarkedForDeletion()) {
                pods.delete(pod);
                registration.forget(runner);
            }
            return Step.done();
        }

        private Step ensureFinalizers() {
            EphemeralRunner protectedNow = runners.addFinalizers(
                    runner, List.of(Finalizers.EPHEMERAL_RUNNER, Finalizers.EPHEMERAL_RUNNER_REGISTRATION));
            if (protectedNow == null) {
                return Step.done();
            }
            runner = protectedNow;
            return Step.next();
        }

        /** A pod whose failure is on record goes; after a crash between the two, too. */
        private Step finishFailedPod() {
            if (pod == null
                    || !Statuses.of(runner)
                            .failures()
                            .containsKey(pod.getMetadata().getUid())) {
                return Step.next();
            }
            discardPod(pod);
            return Step.done();
        }

        private Step giveUpAfterTooManyFailures() throws Exception {
            int failures = Statuses.of(runner).failures().size();
            if (failures <= MAX_FAILURES) {
                return Step.next();
            }
            return replaceRunner(
                    "TooManyPodFailures", "%d pods of this runner failed; it is replaced".formatted(failures));
        }

        private Step waitOutFailureDelay() {
            EphemeralRunnerStatus status = Statuses.of(runner);
            Instant last = status.lastFailure().orElse(Instant.MIN);
            if (pod != null || last.equals(Instant.MIN)) {
                return Step.next();
            }
            Duration delay = FAILURE_DELAYS.get(Math.min(status.failures().size(), MAX_FAILURES));
            Duration rest = Duration.between(clock.instant(), last.plus(delay));
            return rest.isPositive() ? Step.after(rest) : Step.next();
        }

        private Step startPod() throws Exception {
            if (pod != null) {
                return Step.next();
            }
            if (Phase.RUNNING.equals(Statuses.of(runner).phase())) {
                if (Statuses.of(runner).hasJob()) {
                    return replaceRunner("PodLost", "the pod is gone while it ran a job; the runner is replaced");
                }
                registration.forget(runner); // a used JIT config makes a zombie
            }
            RunnerRegistration.Outcome outcome;
            try {
                outcome = registration.ensure(runner, github.client(GitHubAccess.of(runner)));
            } catch (JobStillRunningException e) {
                return replaceRunner("JobLost", "GitHub still waits for a job of this runner's former pod");
            }
            return switch (outcome) {
                case RunnerRegistration.Outcome.Registered registered -> createPod(registered);
                case RunnerRegistration.Outcome.NameTaken taken ->
                    replaceRunner(
                            "RunnerNameTaken",
                            "scale set %d has a runner of this name; another is made".formatted(taken.scaleSetId()));
            };
        }

        private Step createPod(RunnerRegistration.Outcome.Registered registered) throws Exception {
            try {
                pods.createOrAdopt(RunnerPod.desired(runner, version));
            } catch (KubernetesClientException e) {
                return podRefused(registered, e);
            }
            writeStatus(Statuses.registered(runner, registered.runnerId(), registered.runnerName(), now()));
            return Step.done();
        }

        private Step podRefused(RunnerRegistration.Outcome.Registered registered, KubernetesClientException e)
                throws Exception {
            String message = Objects.requireNonNullElse(e.getMessage(), "");
            if (ResourceClient.isConflict(e)) {
                return Step.after(Duration.ofSeconds(5)); // the former pod of this name is still going
            }
            if (ResourceClient.isForbidden(e) && message.contains("exceeded quota:")) {
                Instant created = Instant.parse(runner.getMetadata().getCreationTimestamp());
                if (Duration.between(created, now()).compareTo(QUOTA_PATIENCE) > 0) {
                    return replaceRunner("QuotaExceeded", message);
                }
                events.warning(runner, "QuotaExceeded", message);
                writeStatus(Statuses.stuck(runner, "QuotaExceeded", message, now()));
                return Step.after(QUOTA_DELAY);
            }
            if (ResourceClient.isForbidden(e) || ResourceClient.isInvalid(e)) {
                events.warning(runner, "InvalidPod", "Failed to create the pod: " + message);
                writeStatus(Statuses.done(
                        runner, Phase.FAILED, "InvalidPod", "Failed to create the pod: " + message, now()));
                github.client(GitHubAccess.of(runner)).removeRunner(registered.runnerId());
                registration.forget(runner);
                return Step.done();
            }
            throw e;
        }

        private Step followPod() throws Exception {
            Pod current = Objects.requireNonNull(pod);
            if (current.isMarkedForDeletion() && !(PodState.of(current) instanceof PodState.Succeeded)) {
                return Step.done(); // its end decides
            }
            return switch (PodState.of(current)) {
                case PodState.Starting s -> pending();
                case PodState.Stuck s -> stuck(s);
                case PodState.Running r -> {
                    writeStatus(Statuses.running(runner, r.ready(), now()));
                    yield Step.done();
                }
                case PodState.Succeeded s -> delete();
                case PodState.Outdated o -> outdated();
                case PodState.Failed f -> failed(current, f);
            };
        }

        /** Also after a crash between making the pod and writing the status. */
        private Step pending() throws Exception {
            if (Statuses.of(runner).runnerId() == 0
                    && registration.ensure(runner, github.client(GitHubAccess.of(runner)))
                            instanceof RunnerRegistration.Outcome.Registered registered) {
                writeStatus(Statuses.registered(runner, registered.runnerId(), registered.runnerName(), now()));
            }
            return Step.done();
        }

        private Step stuck(PodState.Stuck stuck) throws Exception {
            pending();
            EphemeralRunnerStatus wanted = Statuses.stuck(runner, stuck.reason(), stuck.message(), now());
            if (!wanted.equals(Statuses.of(runner))) {
                events.warning(runner, stuck.reason(), stuck.message());
                writeStatus(wanted);
            }
            return Step.done();
        }

        private Step failed(Pod failedPod, PodState.Failed failure) throws Exception {
            if (Statuses.of(runner).hasJob()) {
                return replaceRunner(
                        "PodFailed",
                        "the pod failed while it ran a job: " + failure.reason() + " " + failure.message());
            }
            events.warning(runner, "PodFailed", failure.reason() + " " + failure.message());
            writeStatus(Statuses.failedOnce(
                    runner,
                    failedPod.getMetadata().getUid(),
                    failure.reason(),
                    failure.message(),
                    !failure.byInfrastructure(),
                    now()));
            discardPod(failedPod);
            return Step.done();
        }

        /** The next pod gets a registration of its own, since this one may be used up. */
        private void discardPod(Pod failedPod) {
            registration.forget(runner);
            if (!failedPod.isMarkedForDeletion()) {
                pods.delete(failedPod);
            }
        }

        private Step outdated() throws Exception {
            String message = "Runner is deprecated: GitHub refuses this version of the runner; use a newer image";
            events.warning(runner, "Outdated", message);
            writeStatus(Statuses.done(runner, Phase.OUTDATED, "Outdated", message, now()));
            long runnerId = Statuses.of(runner).runnerId();
            if (runnerId > 0) {
                github.client(GitHubAccess.of(runner)).removeRunner(runnerId);
            }
            return Step.done();
        }

        private Step replaceRunner(String reason, String message) throws Exception {
            events.warning(runner, reason, message);
            return delete();
        }

        /** Deletes the object and goes straight on with the removal. */
        private Step delete() throws Exception {
            EphemeralRunner remaining = runners.delete(runner);
            return remaining == null ? Step.done() : new Step.Stop(removal.remove(remaining, pod));
        }

        private Result gitHubFailed(GitHubFailure failure) {
            if (failure.isNews() && !runner.isMarkedForDeletion()) {
                events.warning(runner, failure.reason(), failure.message());
                writeStatus(Statuses.gitHubFailed(runner, failure.reason(), failure.message(), now()));
            }
            return Result.after(failure.delay());
        }

        private void writeStatus(EphemeralRunnerStatus wanted) {
            runner = runners.patchStatus(runner, runner.getStatus(), wanted);
        }

        private Instant now() {
            return clock.instant();
        }
    }
}
