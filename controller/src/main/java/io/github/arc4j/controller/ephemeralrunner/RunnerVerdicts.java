package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.github.Deregistrations;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Does what the state of a runner's pod asks for.
 *
 * <p>That a pod starts, or runs without a job, is written into the runner's status only if it takes a while: mostly the
 * listener tells of the job by then, and its one write says all of it. Until then the pod's annotation tells the
 * registration.
 */
final class PodFollower {
    /** A pod that starts within this time is reported when it runs. */
    static final Duration PENDING_PATIENCE = Duration.ofSeconds(2);

    /** A runner that gets a job within this time is reported with its job, by the listener. */
    static final Duration IDLE_PATIENCE = Duration.ofSeconds(3);

    /** For so long both may wait while the API server has enough to do. */
    private static final Duration BUSY_PATIENCE = Duration.ofSeconds(20);

    /** Within this time a deregistration has mostly ended. */
    private static final Duration DEREGISTRATION_DELAY = Duration.ofSeconds(1);

    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final DisruptionBackoff disruptions;
    private final RegistrationCheck registrationCheck;
    private final GitHubClients github;
    private final Deregistrations deregistrations;
    private final Duration startTimeout;
    private final Clock clock;
    private final BooleanSupplier busy;

    /** @param startTimeout how long a node may take for each step of a pod's start, unless it says what is wrong */
    PodFollower(
            ResourceClient<Pod> pods,
            RunnerRegistration registration,
            DisruptionBackoff disruptions,
            RegistrationCheck registrationCheck,
            GitHubClients github,
            Deregistrations deregistrations,
            Duration startTimeout,
            Clock clock,
            BooleanSupplier busy) {
        this.pods = pods;
        this.registration = registration;
        this.disruptions = disruptions;
        this.registrationCheck = registrationCheck;
        this.github = github;
        this.deregistrations = deregistrations;
        this.startTimeout = startTimeout;
        this.clock = clock;
        this.busy = busy;
    }

    Step follow(CurrentRunner runner, Pod pod) throws Exception {
        PodState state = PodState.of(pod);
        Optional<Instant> lostAt = PodState.lostAt(pod);
        if (lostAt.isPresent() && !(state instanceof PodState.Succeeded)) {
            return awaitEnd(runner, pod, lostAt.get());
        }
        if (!state.isEnd() && isJobOfFormerPod(runner.status(), pod)) {
            return runner.replace("JobLost", "the job on record was lost with a former pod; the runner is replaced");
        }
        return switch (state) {
            case PodState.Starting s -> starting(runner, pod);
            case PodState.Stuck s -> stuck(runner, pod, s);
            case PodState.Running r -> running(runner, pod, r);
            case PodState.Succeeded s -> runner.deleteEnded(pod);
            case PodState.Outdated o -> outdated(runner, pod);
            case PodState.Failed f -> failed(runner, pod, f);
        };
    }

    /**
     * The listener may learn of a job only when its pod is lost and the next one, with a registration of its own, is
     * there. What the cache says of the pod is not enough to give up a runner that may have a job.
     */
    private boolean isJobOfFormerPod(EphemeralRunnerStatus status, Pod pod) {
        long ofPod = RunnerPod.runnerId(pod);
        if (!status.hasJob() || ofPod == 0 || status.runnerId() == 0 || status.runnerId() == ofPod) {
            return false;
        }
        Pod live =
                pods.getLive(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
        return live != null
                && live.getMetadata().getUid().equals(pod.getMetadata().getUid());
    }

    private Step running(CurrentRunner runner, Pod pod, PodState.Running state) throws Exception {
        if (isAboutToBeReported(runner, state)) {
            return Step.after(IDLE_PATIENCE);
        }
        runner.writeStatus(Statuses.running(runner.get(), RunnerPod.runnerId(pod), state.ready(), clock.instant()));
        if (runner.status().hasJob() || runner.status().runnerId() == 0) {
            return Step.done();
        }
        Optional<Duration> rest = registrationCheck.check(runner.get());
        return rest.isPresent()
                ? Step.after(rest.get())
                : runner.replace("RegistrationLost", "GitHub does not know the runner any more; it is replaced");
    }

    private boolean isAboutToBeReported(CurrentRunner runner, PodState.Running state) {
        boolean isKnownToRun = Phase.RUNNING.equals(runner.status().phase());
        boolean wasInTrouble = !runner.status().reason().isEmpty();
        return !isKnownToRun
                && !wasInTrouble
                && !runner.status().hasJob()
                && state.since().filter(since -> canWait(since, IDLE_PATIENCE)).isPresent();
    }

    private boolean canWait(Instant since, Duration patience) {
        Duration waited = Duration.between(since, clock.instant()).abs();
        return waited.compareTo(patience) <= 0 || (waited.compareTo(BUSY_PATIENCE) <= 0 && busy.getAsBoolean());
    }

    /** A pod being deleted decides by its end, unless its node cannot end it any more. */
    private Step awaitEnd(CurrentRunner runner, Pod pod, Instant lostAt) throws Exception {
        Duration rest = Duration.between(clock.instant(), lostAt);
        return rest.isPositive()
                ? Step.after(rest)
                : runner.replace(
                        "PodStuckTerminating",
                        "the pod was to end, but its node %s does not end it; the runner is replaced"
                                .formatted(pod.getSpec().getNodeName()));
    }

    private Step starting(CurrentRunner runner, Pod pod) throws Exception {
        if (!isOnRecord(runner, pod) || !runner.status().reason().isEmpty()) {
            Instant created = Instant.parse(pod.getMetadata().getCreationTimestamp());
            if (canWait(created, PENDING_PATIENCE)) {
                return Step.after(PENDING_PATIENCE);
            }
            writeRegistration(runner, pod);
        }
        Optional<Instant> progress = PodState.lastProgress(pod);
        if (progress.isEmpty()) {
            return Step.done();
        }
        Duration rest = Duration.between(clock.instant(), progress.get().plus(startTimeout));
        return rest.isPositive()
                ? Step.after(rest)
                : failed(
                        runner,
                        pod,
                        new PodState.Failed(
                                "NotStarted",
                                "node %s made no progress in starting the runner for %d minutes"
                                        .formatted(pod.getSpec().getNodeName(), startTimeout.toMinutes()),
                                true));
    }

    private static boolean isOnRecord(CurrentRunner runner, Pod pod) {
        long recorded = runner.status().runnerId();
        return recorded > 0 && recorded == Statuses.runnerId(runner.get(), pod);
    }

    /** Pods of the Go controller do not tell their registration, but its Secrets are the same. */
    private void writeRegistration(CurrentRunner runner, Pod pod) {
        long runnerId = RunnerPod.runnerId(pod);
        if (runnerId == 0) {
            runnerId = registration
                    .stored(runner.get())
                    .map(RunnerRegistration.Outcome.Registered::runnerId)
                    .orElse(0L);
        }
        runner.writeStatus(Statuses.registered(runner.get(), runnerId, clock.instant()));
    }

    private Step stuck(CurrentRunner runner, Pod pod, PodState.Stuck stuck) throws Exception {
        if (!isOnRecord(runner, pod)) {
            writeRegistration(runner, pod);
        }
        if (stuck.reason().equals(PodState.CONFIG_ERROR)
                && registration.stored(runner.get()).isEmpty()) {
            return failed(
                    runner,
                    pod,
                    new PodState.Failed("JitConfigMissing", "the Secret with the runner's JIT config is gone", true));
        }
        runner.writeStatus(Statuses.stuck(runner.get(), stuck.reason(), stuck.message(), clock.instant()));
        return Step.done();
    }

    private Step failed(CurrentRunner runner, Pod failedPod, PodState.Failed failure) throws Exception {
        if (runner.status().hasJob()) {
            return runner.replace(
                    "PodFailed", "the pod failed while it ran a job: " + failure.reason() + " " + failure.message());
        }
        if (deregistrations.isUnderWay(runner.get())) {
            return Step.after(DEREGISTRATION_DELAY); // its deletion wakes the key sooner
        }
        runner.warn("PodFailed", failure.reason() + " " + failure.message());
        runner.writeStatus(Statuses.failedOnce(
                runner.get(),
                RunnerPod.runnerId(failedPod),
                failedPod.getMetadata().getUid(),
                failure.reason(),
                failure.message(),
                !failure.byInfrastructure(),
                clock.instant()));
        if (failure.byInfrastructure()) {
            disruptions.count(runner.get());
        }
        return discard(runner, failedPod);
    }

    /**
     * Has a pod go whose failure is on record, and waits for that. The start of the next pod takes care of the
     * registration, which may be used up.
     */
    Step discard(CurrentRunner runner, Pod failedPod) throws Exception {
        Optional<Instant> lostAt = PodState.lostAt(failedPod);
        if (lostAt.isPresent()) {
            return awaitEnd(runner, failedPod, lostAt.get());
        }
        Pod remaining = pods.delete(failedPod);
        return remaining == null ? Step.done() : discard(runner, remaining);
    }

    private Step outdated(CurrentRunner runner, Pod pod) throws Exception {
        String message = "Runner is deprecated: GitHub refuses this version of the runner; use a newer image";
        runner.warn("Outdated", message);
        runner.writeStatus(Statuses.done(runner.get(), Phase.OUTDATED, "Outdated", message, clock.instant()));
        long runnerId = Statuses.runnerId(runner.get(), pod);
        if (runnerId > 0) {
            github.client(GitHubAccess.of(runner.get())).removeRunner(runnerId);
        }
        return Step.done();
    }
}
