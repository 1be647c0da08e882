package io.github.arc4j.controller.console.model;

import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.runtime.cache.Request;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The runners of one scale set: their number by phase, and the reasons of those that do not run. */
final class Runners {
    /** A reason that several runners have, and the message of one of them. */
    private record Cause(int runners, String message) {}

    private final Map<RunnerPhase, Integer> counts = new EnumMap<>(RunnerPhase.class);
    private final Map<String, Cause> causes = new TreeMap<>();

    static Request scaleSetOf(EphemeralRunner runner) {
        return new Request(runner.getMetadata().getNamespace(), Labels.get(runner, Labels.SCALE_SET_NAME));
    }

    void add(EphemeralRunner runner) {
        RunnerPhase phase = RunnerPhase.of(runner);
        counts.merge(phase, 1, Integer::sum);
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        if (phase.isProblem() && !status.reason().isEmpty()) {
            causes.merge(status.reason(), new Cause(1, status.message()), Runners::sum);
        }
    }

    /** The smaller one of two messages, so the result does not depend on the order of the runners. */
    private static Cause sum(Cause a, Cause b) {
        String message = a.message().compareTo(b.message()) <= 0 ? a.message() : b.message();
        return new Cause(a.runners() + b.runners(), message);
    }

    int count(RunnerPhase phase) {
        return counts.getOrDefault(phase, 0);
    }

    /** The most frequent reason of the runners that do not run. */
    Optional<Problem> mainProblem() {
        return causes.entrySet().stream()
                .max(Map.Entry.comparingByValue((a, b) -> Integer.compare(a.runners(), b.runners())))
                .map(found -> Problem.of(
                        found.getKey(),
                        "%d %s: %s"
                                .formatted(
                                        found.getValue().runners(),
                                        found.getValue().runners() == 1 ? "runner" : "runners",
                                        found.getValue().message()),
                        null));
    }
}
