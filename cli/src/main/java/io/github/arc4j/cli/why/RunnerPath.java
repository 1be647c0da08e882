package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.Event;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.snapshot.Times;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The path of a runner, from its creation to its removal. */
public final class RunnerPath {
    private RunnerPath() {}

    public static Path of(ScaleSet set, EphemeralRunner runner) {
        RunnerView view = RunnerView.of(set, runner);
        return Path.of(
                "runner %s/%s".formatted(set.namespace(), runner.getMetadata().getName()),
                List.of(
                        Step.done("runner created", "").since(Times.created(runner)),
                        RunnerSteps.registered(view),
                        PodSteps.created(view),
                        PodSteps.scheduled(view),
                        PodSteps.imagePulled(view),
                        PodSteps.containersRunning(view),
                        RunnerSteps.online(view),
                        RunnerSteps.jobStarted(view),
                        RunnerSteps.jobEnded(view),
                        RunnerSteps.removed(view)));
    }

    /** What the Events say about a runner that no longer exists. */
    public static Path ofDeleted(String namespace, String name, List<Event> events) {
        List<Step> steps = events.stream()
                .map(event -> new Step(
                        event.getInvolvedObject().getKind(),
                        "Warning".equals(event.getType()) ? Step.State.PROBLEM : Step.State.DONE,
                        Snapshot.timeOf(event),
                        Objects.requireNonNullElse(event.getReason(), ""),
                        Objects.requireNonNullElse(event.getMessage(), "")))
                .toList();
        return Path.of("deleted runner %s/%s".formatted(namespace, name), steps);
    }

    /** The problem of a runner in one line. */
    public static Optional<String> problem(ScaleSet set, EphemeralRunner runner) {
        return of(set, runner).problem().map(problem -> problem.reason() + ": " + problem.message());
    }
}
