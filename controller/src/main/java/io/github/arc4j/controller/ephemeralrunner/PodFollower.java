package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.Step;
import java.time.Clock;

/** Does what the state of a runner's pod asks for. */
final class PodFollower {
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
            case PodState.Starting s -> pending(runner);
            case PodState.Stuck s -> stuck(runner, s);
            case PodState.Running r -> {
                runner.writeStatus(Statuses.running(runner.get(), r.ready(), clock.instant()));
                yield Step.done();
            }
            case PodState.Succeeded s -> runner.delete();
            case PodState.Outdated o -> outdated(runner);
            case PodState.Failed f -> failed(runner, pod, f);
        };
    }

    /** Also after a crash between making the pod and writing the status. */
    private Step pending(CurrentRunner runner) throws Exception {
        if (runner.status().runnerId() == 0
                && registration.ensure(runner.get(), github.client(GitHubAccess.of(runner.get())))
                        instanceof RunnerRegistration.Outcome.Registered registered) {
            runner.writeStatus(
                    Statuses.registered(runner.get(), registered.runnerId(), registered.runnerName(), clock.instant()));
        }
        return Step.done();
    }

    private Step stuck(CurrentRunner runner, PodState.Stuck stuck) throws Exception {
        pending(runner);
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

    private Step outdated(CurrentRunner runner) throws Exception {
        String message = "Runner is deprecated: GitHub refuses this version of the runner; use a newer image";
        runner.warn("Outdated", message);
        runner.writeStatus(Statuses.done(runner.get(), Phase.OUTDATED, "Outdated", message, clock.instant()));
        long runnerId = runner.status().runnerId();
        if (runnerId > 0) {
            github.client(GitHubAccess.of(runner.get())).removeRunner(runnerId);
        }
        return Step.done();
    }
}
