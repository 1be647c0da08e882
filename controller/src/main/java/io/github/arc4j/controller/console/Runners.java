package io.github.arc4j.controller.console;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The runners of one scale set: how many do what, and why some of them do not run. */
final class Runners {
    /** A reason that several runners have, and the message of one of them. */
    private record Trouble(int runners, String message) {}

    private final Map<RunnerPhase, Integer> counts = new EnumMap<>(RunnerPhase.class);
    private final Map<String, Trouble> troubles = new TreeMap<>();

    void add(EphemeralRunner runner) {
        RunnerPhase phase = RunnerPhase.of(runner);
        counts.merge(phase, 1, Integer::sum);
        EphemeralRunnerStatus status = Statuses.of(runner);
        if (phase.isTrouble() && !status.reason().isEmpty()) {
            troubles.merge(status.reason(), new Trouble(1, status.message()), Runners::sum);
        }
    }

    /** Of two messages always the same one, however the runners are ordered. */
    private static Trouble sum(Trouble a, Trouble b) {
        String message = a.message().compareTo(b.message()) <= 0 ? a.message() : b.message();
        return new Trouble(a.runners() + b.runners(), message);
    }

    int count(RunnerPhase phase) {
        return counts.getOrDefault(phase, 0);
    }

    /** The reason that most of the runners have that do not run. */
    Optional<Problem> trouble() {
        return troubles.entrySet().stream()
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
