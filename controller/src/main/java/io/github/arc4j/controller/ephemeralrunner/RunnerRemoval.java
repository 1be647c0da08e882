package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.AuthenticationException;
import io.github.arc4j.actions.JobStillRunningException;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.Concurrently;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.Result;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Removes a runner whose object is being deleted: its registration, pod and Secret, and what container hooks made for
 * its job; then the finalizers. Every part may be repeated.
 */
final class RunnerRemoval {
    /** A job may go on as long as it takes; GitHub is asked again now and then. */
    private static final Duration JOB_RUNNING_DELAY = Duration.ofSeconds(30);

    /** GitHub mostly learns of the end of a job a little later than the pod's end is seen here. */
    private static final Duration FIRST_JOB_ENDING_DELAY = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final GitHubClients github;
    private final EventRecorder events;
    private final Clock clock;

    RunnerRemoval(
            KubernetesClient client,
            ResourceClient<EphemeralRunner> runners,
            ResourceClient<Pod> pods,
            GitHubClients github,
            EventRecorder events,
            Clock clock) {
        this.client = client;
        this.runners = runners;
        this.pods = pods;
        this.github = github;
        this.events = events;
        this.clock = clock;
    }

    Result remove(EphemeralRunner runner, @Nullable Pod pod) throws Exception {
        if (!runner.getMetadata().getFinalizers().contains(Finalizers.EPHEMERAL_RUNNER) && !mustDeregister(runner)) {
            return Result.done();
        }
        if (pod == null || PodState.of(pod).isEnd()) {
            return removeEnded(runner, pod);
        }
        return switch (deregister(runner, pod)) {
            case Deregistration.Done done -> {
                List<Concurrently.Task> tasks = belongings(runner);
                tasks.add(() -> deletePod(pod));
                Concurrently.run(tasks);
                removeFinalizers(runner);
                yield Result.done();
            }
            case Deregistration.JobRunning running -> Result.after(JOB_RUNNING_DELAY);
            case Deregistration.Later later -> later.result();
        };
    }

    /**
     * Removes a runner in whose pod nothing can run any more, so that nothing need wait for anything else; deletes its
     * object, too, unless that was done. Without a job on record the pod stays until the object is being deleted: a pass
     * after a crash must not take the runner for one that has yet to start.
     */
    Result removeEnded(EphemeralRunner runner, @Nullable Pod pod) throws Exception {
        AtomicReference<@Nullable EphemeralRunner> deleted = new AtomicReference<>(runner);
        AtomicReference<Deregistration> deregistration = new AtomicReference<>(new Deregistration.Done());
        boolean podMayGo = runner.isMarkedForDeletion() || Statuses.of(runner).hasJob();
        List<Concurrently.Task> tasks = belongings(runner);
        if (!runner.isMarkedForDeletion()) {
            tasks.add(() -> deleted.set(runners.delete(runner)));
        }
        if (pod != null && podMayGo) {
            tasks.add(() -> deletePod(pod));
        }
        tasks.add(() -> deregistration.set(deregister(runner, pod)));
        Concurrently.run(tasks);
        if (pod != null && !podMayGo) {
            deletePod(pod);
        }
        EphemeralRunner remaining = deleted.get();
        if (remaining == null) {
            return Result.done();
        }
        return switch (Objects.requireNonNull(deregistration.get())) {
            case Deregistration.Done done -> {
                removeFinalizers(remaining);
                yield Result.done();
            }
            case Deregistration.JobRunning running -> Result.after(jobEndingDelay(remaining));
            case Deregistration.Later later -> later.result();
        };
    }

    private void deletePod(Pod pod) {
        if (!pod.isMarkedForDeletion()) {
            pods.delete(pod);
        }
    }

    private void removeFinalizers(EphemeralRunner runner) {
        runners.removeFinalizers(runner, Set.of(Finalizers.EPHEMERAL_RUNNER, Finalizers.EPHEMERAL_RUNNER_REGISTRATION));
    }

    /** As long again as the runner has waited already. */
    private Duration jobEndingDelay(EphemeralRunner runner) {
        Duration waited = sinceDeletion(runner);
        Duration atLeast = waited.compareTo(FIRST_JOB_ENDING_DELAY) > 0 ? waited : FIRST_JOB_ENDING_DELAY;
        return atLeast.compareTo(JOB_RUNNING_DELAY) < 0 ? atLeast : JOB_RUNNING_DELAY;
    }

    private Duration sinceDeletion(EphemeralRunner runner) {
        return Duration.between(Instant.parse(runner.getMetadata().getDeletionTimestamp()), clock.instant());
    }

    private sealed interface Deregistration {
        record Done() implements Deregistration {}

        record JobRunning() implements Deregistration {}

        record Later(Result result) implements Deregistration {}
    }

    private static boolean mustDeregister(EphemeralRunner runner) {
        return runner.getMetadata().getFinalizers().contains(Finalizers.EPHEMERAL_RUNNER_REGISTRATION);
    }

    private Deregistration deregister(EphemeralRunner runner, @Nullable Pod pod) throws InterruptedException {
        if (!mustDeregister(runner)) {
            return new Deregistration.Done();
        }
        if (ForcedDeletion.isAsked(runner)) {
            events.warning(
                    runner, "RegistrationAbandoned", "deleted without GitHub, which removes the runner by itself");
            return new Deregistration.Done();
        }
        try {
            GitHubAccess access = GitHubAccess.of(runner);
            long id = pod == null ? 0 : Statuses.runnerId(runner, pod);
            if (id == 0) {
                // A pass that died, or a pod that came and went, may have left a registration that is not on record.
                id = github.client(access)
                        .findRunner(runner.getMetadata().getName())
                        .filter(found -> found.runnerScaleSetId() == access.scaleSetId())
                        .map(io.github.arc4j.actions.Runner::id)
                        .orElse(0L);
            }
            if (id > 0) {
                github.client(access).removeRunner(id);
            }
            return new Deregistration.Done();
        } catch (JobStillRunningException e) {
            EphemeralRunnerStatus status = Statuses.of(runner);
            runners.patchStatus(runner, runner.getStatus(), withReachability(runner, status, null));
            return new Deregistration.JobRunning();
        } catch (GitHubAccessException e) {
            GitHubFailure failure = GitHubFailure.of(e);
            return failed(runner, pod, failure, failure.isNews());
        } catch (ActionsException e) {
            return failed(runner, pod, GitHubFailure.of(e), e instanceof AuthenticationException);
        }
    }

    /**
     * A pod that may run a job is waited for however long it takes.
     *
     * @param lockedOut whether nothing but a change of the configuration gives access to GitHub again
     */
    private Deregistration failed(EphemeralRunner runner, @Nullable Pod pod, GitHubFailure failure, boolean lockedOut) {
        boolean mayRunJob = pod != null && canRun(pod) && (Statuses.of(runner).hasJob() || !lockedOut);
        boolean isGivenUp = GitHubReachable.isGivenUp(Statuses.of(runner).conditions(), clock.instant());
        if (!mayRunJob && isGivenUp && (pod != null || isPodGone(runner))) {
            events.warning(
                    runner,
                    "RegistrationAbandoned",
                    "GitHub could not be asked to remove the runner; it removes it by itself later: "
                            + failure.message());
            return new Deregistration.Done();
        }
        if (failure.isNews()) {
            EphemeralRunnerStatus wanted = withReachability(
                    runner,
                    Statuses.gitHubFailed(runner, failure.reason(), failure.message(), clock.instant()),
                    failure);
            if (!wanted.equals(Statuses.of(runner))) {
                events.warning(runner, failure.reason(), failure.message());
                runners.patchStatus(runner, runner.getStatus(), wanted);
            }
        }
        return new Deregistration.Later(failure.result());
    }

    private EphemeralRunnerStatus withReachability(
            EphemeralRunner runner, EphemeralRunnerStatus status, @Nullable GitHubFailure failure) {
        return status.toBuilder()
                .conditions(GitHubReachable.after(status.conditions(), failure, runner, clock.instant()))
                .build();
    }

    private boolean isPodGone(EphemeralRunner runner) {
        ObjectMeta metadata = runner.getMetadata();
        return pods.getLive(metadata.getNamespace(), metadata.getName()) == null;
    }

    private boolean canRun(Pod pod) {
        boolean lost = PodState.lostAt(pod)
                .filter(time -> time.isBefore(clock.instant()))
                .isPresent();
        return !lost && !PodState.of(pod).isEnd();
    }

    /** Removals of what a runner has besides its pod. */
    private List<Concurrently.Task> belongings(EphemeralRunner runner) {
        String namespace = runner.getMetadata().getNamespace();
        String name = runner.getMetadata().getName();
        List<Concurrently.Task> tasks = new ArrayList<>();
        tasks.add(() -> client.secrets().inNamespace(namespace).withName(name).delete());
        if (runner.getSpec().hasContainerHooks()) {
            tasks.add(() -> deleteHookObjects(namespace, name));
        }
        return tasks;
    }

    /** Pods and Secrets that the container hooks made for the runner's job. */
    private void deleteHookObjects(String namespace, String runnerPod) {
        List<HasMetadata> objects = new ArrayList<>();
        objects.addAll(client.pods()
                .inNamespace(namespace)
                .withLabel(Labels.RUNNER_POD, runnerPod)
                .list()
                .getItems());
        objects.addAll(client.secrets()
                .inNamespace(namespace)
                .withLabel(Labels.RUNNER_POD, runnerPod)
                .list()
                .getItems());
        for (HasMetadata object : objects) {
            try {
                client.resource(object).delete();
            } catch (KubernetesClientException e) {
                if (!ResourceClient.isNotFound(e)) {
                    throw e;
                }
            }
        }
    }
}
