package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunner.rules.RemovalRules;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.RunnerEnding.Fate;
import io.github.arc4j.controller.runners.RunnerEndings;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.RunnerObserver;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.queue.Concurrently;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes a runner whose object is being deleted: its registration, pod and Secret, and the objects that container
 * hooks created for its job; then the finalizers. Every step can be repeated.
 */
final class RunnerRemoval {
    private static final Logger log = LoggerFactory.getLogger(RunnerRemoval.class);

    private final HookObjects hookObjects;
    private final LiveSecrets secrets;
    private final ResourceClient<EphemeralRunner> runners;
    private final ResourceClient<Pod> pods;
    private final RunnerDeregistration deregistration;
    private final RunnerEndings endings;
    private final RunnerLog runnerLog;
    private final RunnerObserver observer;
    private final RunnerMetrics metrics;
    private final Clock clock;

    RunnerRemoval(
            Resources resources,
            RunnerDeregistration deregistration,
            RunnerEndings endings,
            RunnerLog runnerLog,
            RunnerObserver observer,
            RunnerMetrics metrics,
            Clock clock) {
        this.secrets = resources.secrets();
        this.runners = resources.ephemeralRunners();
        this.pods = resources.pods();
        this.hookObjects = new HookObjects(resources.live(), runners.cache(), clock);
        this.deregistration = deregistration;
        this.endings = endings;
        this.runnerLog = runnerLog;
        this.observer = observer;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Deletes the object of a runner, and removes the runner. */
    Result end(EphemeralRunner runner, @Nullable Pod pod, RunnerEnding ending) throws Exception {
        EphemeralRunner remaining = delete(runner, ending);
        if (ending.isHung()) {
            metrics.reaped(runner, ending.reason());
        }
        return remaining == null ? Result.done() : remove(remaining, pod);
    }

    /** @return the object if it still exists */
    private @Nullable EphemeralRunner delete(EphemeralRunner runner, RunnerEnding ending) {
        return endings.delete(runner, ending, () -> runners.delete(runner));
    }

    /** Removes a runner whose object is being deleted. */
    Result remove(EphemeralRunner runner, @Nullable Pod pod) throws Exception {
        if (!runner.getMetadata().getFinalizers().contains(Finalizers.EPHEMERAL_RUNNER)
                && !RunnerDeregistration.isDue(runner)) {
            return Result.done();
        }
        if (pod == null || PodState.of(pod).isEnd()) {
            return removeEnded(runner, pod, endings.of(runner));
        }
        Result unfinished = deregistration.run(runner, pod, RemovalRules.JOB_RUNNING_DELAY);
        if (unfinished != null) {
            return unfinished;
        }
        List<Concurrently.Task> tasks = deletionsOfOwnedObjects(runner);
        tasks.add(() -> deletePod(pod));
        Concurrently.run(tasks);
        removeFinalizers(runner);
        return Result.done();
    }

    /**
     * Removes a runner whose pod has ended, and deletes its object unless that is already being deleted. GitHub removes
     * a runner by itself when its job ends, so the removal of a successful runner does not wait for GitHub.
     */
    Result removeEnded(EphemeralRunner runner, @Nullable Pod pod, RunnerEnding ending) throws Exception {
        if (pod != null
                && PodState.of(pod) instanceof PodState.Succeeded
                && runner.statusOrEmpty().hasJob()) {
            Concurrently.run(
                    List.of(() -> removeSucceeded(runner, pod, ending), () -> deregistration.tryOnce(runner, pod)));
            return Result.done();
        }
        Instant now = clock.instant();
        Instant since = runner.isMarkedForDeletion()
                ? Instant.parse(runner.getMetadata().getDeletionTimestamp())
                : now;
        AtomicReference<@Nullable EphemeralRunner> remaining = new AtomicReference<>();
        AtomicReference<@Nullable Result> unfinished = new AtomicReference<>();
        Concurrently.run(List.of(
                () -> remaining.set(removeObjects(runner, pod, ending)),
                () -> unfinished.set(deregistration.run(runner, pod, RemovalRules.jobEndingDelay(since, now)))));
        Result result = unfinished.get();
        if (remaining.get() != null && result != null) {
            return result;
        }
        removeFinalizers(remaining.get());
        return Result.done();
    }

    /**
     * Deregisters a failed runner and deletes its other objects, but neither its pod nor its own object. Removing a
     * finalizer records that this is complete.
     *
     * @param since when the runner's pod failed
     */
    Result removeAllButPod(EphemeralRunner runner, @Nullable Pod pod, Instant since) throws Exception {
        Duration jobDelay = RemovalRules.jobEndingDelay(since, clock.instant());
        AtomicReference<@Nullable Result> outcome = new AtomicReference<>();
        List<Concurrently.Task> tasks = deletionsOfOwnedObjects(runner);
        tasks.add(() -> outcome.set(deregistration.run(runner, pod, jobDelay)));
        Concurrently.run(tasks);
        Result unfinished = outcome.get();
        if (unfinished != null) {
            return unfinished;
        }
        EphemeralRunner reported =
                runners.patchStatus(runner, runner.getStatus(), Statuses.deregistered(runner, clock.instant()));
        runners.removeFinalizers(reported, List.of(Finalizers.EPHEMERAL_RUNNER_REGISTRATION));
        log.info("Deregistered the failed runner; its pod is kept for inspection");
        return Result.done();
    }

    /**
     * Removing a successful runner depends on nothing else, so its finalizers can be removed before its object is
     * deleted. This order costs the API server a third less than deleting the object first.
     */
    private void removeSucceeded(EphemeralRunner runner, Pod pod, RunnerEnding ending) throws Exception {
        if (runner.isMarkedForDeletion()) {
            removeFinalizers(removeObjects(runner, pod, ending));
            return;
        }
        List<Concurrently.Task> tasks = deletionsOfOwnedObjects(runner);
        tasks.add(() -> runners.release(runner, Finalizers.OF_EPHEMERAL_RUNNER));
        Concurrently.run(tasks);
        // After the finalizers: a runner with finalizers and without a pod would count as having lost its pod.
        deletePod(pod);
        runners.delete(runner);
        logDeletion(ending);
    }

    /**
     * Deletes all objects of a runner that has ended. Without a recorded job, the pod is kept until the runner's object
     * is being deleted: otherwise a reconcile after a crash would treat the runner as one that has not started yet.
     *
     * @return the runner's object if it still exists
     */
    private @Nullable EphemeralRunner removeObjects(EphemeralRunner runner, @Nullable Pod pod, RunnerEnding ending)
            throws Exception {
        AtomicReference<@Nullable EphemeralRunner> remaining = new AtomicReference<>(runner);
        boolean deletesPodLast =
                !runner.isMarkedForDeletion() && !runner.statusOrEmpty().hasJob();
        List<Concurrently.Task> tasks = deletionsOfOwnedObjects(runner);
        if (!runner.isMarkedForDeletion()) {
            tasks.add(() -> remaining.set(delete(runner, ending)));
        }
        if (pod != null && !deletesPodLast) {
            tasks.add(() -> deletePod(pod));
        }
        Concurrently.run(tasks);
        if (pod != null && deletesPodLast) {
            deletePod(pod);
        }
        return remaining.get();
    }

    private void deletePod(Pod pod) {
        if (!pod.isMarkedForDeletion()) {
            pods.delete(pod);
        }
    }

    private void removeFinalizers(@Nullable EphemeralRunner remaining) {
        if (remaining != null) {
            RunnerEnding ending = endings.of(remaining); // forgotten with the object
            runnerLog.removing(remaining, ending);
            observer.observed(remaining, null); // the cache may not have had its job yet
            runners.removeFinalizers(remaining, Finalizers.OF_EPHEMERAL_RUNNER);
            logDeletion(ending);
        }
    }

    private static void logDeletion(RunnerEnding ending) {
        log.info("Deleted the runner{}: {}", ending.fate() == Fate.REPLACED ? " to replace it" : "", ending.cause());
    }

    /** Tasks that delete the runner's objects other than its pod. */
    private List<Concurrently.Task> deletionsOfOwnedObjects(EphemeralRunner runner) {
        String namespace = runner.getMetadata().getNamespace();
        String name = runner.getMetadata().getName();
        List<Concurrently.Task> tasks = new ArrayList<>();
        tasks.add(() -> secrets.delete(namespace, name));
        if (runner.getSpec().hasContainerHooks()) {
            tasks.add(() -> hookObjects.delete(runner));
        }
        return tasks;
    }
}
