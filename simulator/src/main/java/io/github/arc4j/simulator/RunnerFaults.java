package io.github.arc4j.simulator;

import io.github.arc4j.simulator.RunnerFault.Kind;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** The active faults of runners. Thread-safe. */
public final class RunnerFaults {
    private final ActiveFaults<RunnerFault, Occasion> active = new ActiveFaults<>();

    /** A moment in the life of a runner at which a fault of this kind can take effect. */
    private record Occasion(Kind kind, String runner, Instant at) {}

    /** Adds a fault after the active ones. */
    public synchronized void add(RunnerFault fault) {
        Pattern name = Pattern.compile(fault.runner());
        active.add(
                fault,
                fault.times(),
                fault.probability(),
                occasion -> occasion.kind() == fault.kind()
                        && fault.isActiveAt(occasion.at())
                        && name.matcher(occasion.runner()).matches());
    }

    /** Replaces all faults of kind {@link Kind#DEPRECATED} by one that affects all runners from now on, or by none. */
    public synchronized void deprecateAll(boolean deprecated) {
        active.removeIf(fault -> fault.kind() == Kind.DEPRECATED);
        if (deprecated) {
            add(RunnerFault.of(Kind.DEPRECATED).times(-1));
        }
    }

    /** Ends all faults of runners. A runner that already hangs continues to do so. */
    public synchronized void clear() {
        active.clear();
    }

    /** Makes the random choices reproducible from now on, as far as the order of the runners is. */
    public synchronized void seed(long seed) {
        active.seed(seed);
    }

    /** The number of runners that were affected; one that is refused twice counts twice. */
    public synchronized long hits() {
        return active.hits();
    }

    /** The faults that can still affect runners. */
    public synchronized List<RunnerFault> remaining() {
        Instant now = Instant.now();
        return active.remaining(RunnerFault::times).stream()
                .filter(fault -> !fault.hasEndedAt(now))
                .toList();
    }

    /** Decides whether a fault of this kind affects the runner now. */
    public synchronized boolean hit(Kind kind, String runner) {
        return active.hit(new Occasion(kind, runner, Instant.now())).isPresent();
    }
}
