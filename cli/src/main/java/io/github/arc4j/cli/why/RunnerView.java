package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Times;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A runner with its pod and their Events. */
record RunnerView(
        ScaleSet set, EphemeralRunner runner, Optional<Pod> pod, List<Event> events, Optional<PodProblem> podProblem) {
    static RunnerView of(ScaleSet set, EphemeralRunner runner) {
        List<Event> events = set.eventsOf(runner);
        Optional<Pod> pod = set.podOf(runner);
        return new RunnerView(set, runner, pod, events, pod.flatMap(found -> PodProblem.of(found, events)));
    }

    EphemeralRunnerStatus status() {
        return runner.statusOrEmpty();
    }

    /** The condition Ready if it is false. */
    Optional<Condition> notReady() {
        return Conditions.of(runner).find(ConditionTypes.READY, false);
    }

    boolean isReady() {
        return Conditions.of(runner).isTrue(ConditionTypes.READY);
    }

    Optional<Instant> podCreated() {
        return pod.flatMap(Times::created);
    }

    Optional<Event> lastEvent(String reason) {
        return events.stream().filter(event -> reason.equals(event.getReason())).reduce((first, last) -> last);
    }

    /** The pod's problem at a stage of its start. */
    Optional<PodProblem> problemAt(PodProblem.Stage stage) {
        return podProblem.filter(problem -> problem.stage() == stage);
    }

    /** Whether the pod got past a stage of its start, because it has a problem at a later one. */
    boolean isPast(PodProblem.Stage stage) {
        return podProblem
                .filter(problem -> problem.stage().compareTo(stage) > 0)
                .isPresent();
    }
}
