package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.Pods;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.snapshot.Times;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The steps of a runner's pod, from its creation to the start of its containers. */
final class PodSteps {
    private static final String CREATED = "pod created";
    private static final String SCHEDULED = "pod scheduled";
    private static final String IMAGE = "image pulled";
    private static final String CONTAINERS = "containers running";
    private static final int USED_UP = 100;

    private PodSteps() {}

    static Step created(RunnerView runner) {
        if (runner.pod().isPresent()) {
            return Step.done(CREATED, "").since(runner.podCreated());
        }
        Optional<Condition> notReady = runner.notReady();
        if (notReady.isPresent()) {
            Step step = Step.of(CREATED, notReady.get());
            return step.reason().equals("QuotaExceeded") ? withQuotas(runner, step) : step;
        }
        if (!runner.set().snapshot().hasRead(Pod.class)) {
            return Step.unknown(CREATED, "pods cannot be read");
        }
        return runner.isReady()
                ? Step.problem(CREATED, "PodLost", "the pod of the running runner does not exist")
                : Step.waiting(CREATED, "", "the pod does not exist yet").since(Times.created(runner.runner()));
    }

    /** The message of the API server is that of the first attempt; the quotas show what is used now. */
    private static Step withQuotas(RunnerView runner, Step step) {
        String quotas = Quotas.usedAtLeast(runner.set().snapshot(), runner.set().namespace(), USED_UP).stream()
                .map(Quotas.Use::toString)
                .collect(Collectors.joining("; "));
        return quotas.isEmpty() ? step : step.withDetail(step.detail() + "; " + quotas);
    }

    static Step scheduled(RunnerView runner) {
        Optional<PodProblem> problem = runner.problemAt(PodProblem.Stage.SCHEDULING);
        if (problem.isPresent()) {
            return Step.problem(SCHEDULED, problem.get()).since(runner.podCreated());
        }
        if (runner.pod().isEmpty()) {
            return Step.pending(SCHEDULED);
        }
        String node = Pods.node(runner.pod().get());
        Optional<Instant> time = Pods.since(runner.pod().get(), "PodScheduled");
        return node.isEmpty() && time.isEmpty()
                ? Step.waiting(SCHEDULED, "", "the scheduler has not chosen a node")
                        .since(runner.podCreated())
                : Step.done(SCHEDULED, node.isEmpty() ? "" : "node " + node).since(time);
    }

    /** The node has the images of all containers. */
    static Step imagePulled(RunnerView runner) {
        Optional<PodProblem> problem = runner.problemAt(PodProblem.Stage.IMAGE);
        if (problem.isPresent()) {
            return Step.problem(IMAGE, problem.get());
        }
        List<ContainerStatus> containers = runner.pod().map(Pod::getStatus).stream()
                .flatMap(PodProblem::containers)
                .toList();
        boolean isPulled = !containers.isEmpty() && containers.stream().allMatch(PodSteps::hasImage);
        if (isPulled || runner.isPast(PodProblem.Stage.IMAGE)) {
            return Step.done(IMAGE, "").since(runner.lastEvent("Pulled").map(Snapshot::timeOf));
        }
        return runner.lastEvent("Pulling").isPresent()
                ? Step.waiting(IMAGE, "", "the image is being pulled")
                : Step.pending(IMAGE);
    }

    private static boolean hasImage(ContainerStatus container) {
        return container.getState() != null
                && (container.getState().getRunning() != null
                        || container.getState().getTerminated() != null);
    }

    static Step containersRunning(RunnerView runner) {
        Optional<Step> notReady = runner.notReady().map(condition -> Step.of(CONTAINERS, condition));
        // The pod of an outdated runner shows only an exit code.
        Optional<Step> problem = notReady.filter(step -> step.reason().equals(Phase.OUTDATED))
                .or(() -> startProblem(runner).map(found -> Step.problem(CONTAINERS, found)));
        if (problem.isPresent()) {
            return problem.get();
        }
        Optional<Instant> started = runner.pod().flatMap(Pods::started);
        if (started.isPresent() || runner.isPast(PodProblem.Stage.CONTAINERS)) {
            return Step.done(CONTAINERS, "").since(started);
        }
        if (runner.pod().isEmpty()) {
            return Step.pending(CONTAINERS);
        }
        return notReady.filter(step -> step.state() == Step.State.PROBLEM)
                .orElseGet(() -> Step.waiting(CONTAINERS, "PodStarting", "the node is starting the containers"));
    }

    /** A runner that ended before it had a job could not start. */
    private static Optional<PodProblem> startProblem(RunnerView runner) {
        return runner.problemAt(PodProblem.Stage.CONTAINERS)
                .or(() -> runner.problemAt(PodProblem.Stage.RUN)
                        .filter(problem -> !runner.runner().hasJob()));
    }
}
