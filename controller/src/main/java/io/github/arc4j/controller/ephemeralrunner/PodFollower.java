package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Does what the state of a runner's pod asks for.
 *
 * <p>That a pod starts is written into the runner's status only if it takes a while: mostly the pod runs by then, and one
 * write says both. Until then the pod's annotation tells the registration.
 */
final class PodFollower {
    /** A pod that starts within this time is reported when it runs. */
    static final Duration PENDING_PATIENCE = Duration.ofSeconds(2);

    private final ResourceClient<Pod> pods;
    private final RunnerRegistration registration;
    private final GitHubClients github;
    private final Clock clock;

    PodFollower(ResourceClient<Pod> pods, RunnerRegistration registration, GitHubClients github, Clock clock) {
        this.pods = pods;
        this.registration = registration;
        this.github = github;
        this.clock = clock;
    }

    Step follow(CurrentRunner runner, Pod pod) throws Exception {
        if (pod.isMarkedForDeletion() && !(PodState.of(pod) instanceof PodState.Succeeded)) {
            return Step.done(); // its end decides
        }
        return switch (PodState.of(pod)) {
            case PodState.Starting s -> starting(runner, pod);
            case PodState.Stuck s -> stuck(runner, pod, s);
            case PodState.Running r -> {
                runner.writeStatus(
                        Statuses.running(runner.get(), RunnerPod.runnerId(pod), r.ready(), clock.instant()));
                yield Step.done();
            }
            case PodState.Succeeded s -> runner.delete();
            case PodState.Outdated o -> outdated(runner, pod);
            case PodState.Failed f -> failed(runner, pod, f);
        };
    }

    private Step starting(CurrentRunner runner, Pod pod) throws Exception {
        if (isOnRecord(runner, pod)) {
            return Step.done();
        }
        Duration age = Duration.between(Instant.parse(pod.getMetadata().getCreationTimestamp()), clock.instant());
        if (age.abs().compareTo(PENDING_PATIENCE) <= 0) {
            return Step.after(PENDING_PATIENCE);
        }
        writeRegistration(runner, pod);
        return Step.done();
    }

    private static boolean isOnRecord(CurrentRunner runner, Pod pod) {
        long recorded = runner.status().runnerId();
        return recorded > 0 && recorded == Statuses.runnerId(runner.get(), pod);
    }

    private void writeRegistration(CurrentRunner runner, Pod pod) throws Exception {
        long runnerId = RunnerPod.runnerId(pod);
        if (runnerId == 0
                && registration.ensure(runner.get(), github.client(GitHubAccess.of(runner.get())))
                        instanceof RunnerRegistration.Outcome.Registered registered) {
            runnerId = registered.runnerId();
        }
        runner.writeStatus(Statuses.registered(runner.get(), runnerId, clock.instant()));
    }

    private Step stuck(CurrentRunner runner, Pod pod, PodState.Stuck stuck) throws Exception {
        if (!isOnRecord(runner, pod)) {
            writeRegistration(runner, pod);
        }
        EphemeralRunnerStatus wanted = Statuses.stuck(runner.get(), stuck.reason(), stuck.message(), clock.instant());
        if (!wanted.equals(runner.status())) {
            runner.warn(stuck.reason(), stuck.message());
            runner.writeStatus(wanted);
        }
        return Step.done();
    }

    private Step failed(CurrentRunner runner, Pod failedPod, PodState.Failed failure) throws Exception {
        if (runner.status().hasJob()) {
            return runner.replace(
                    "PodFailed", "the pod failed while it ran a job: " + failure.reason() + " " + failure.message());
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
        discard(runner, failedPod);
        return Step.done();
    }

    /** The next pod gets a registration of its own, since this one may be used up. */
    void discard(CurrentRunner runner, Pod failedPod) {
        registration.forget(runner.get());
        if (!failedPod.isMarkedForDeletion()) {
            pods.delete(failedPod);
        }
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
