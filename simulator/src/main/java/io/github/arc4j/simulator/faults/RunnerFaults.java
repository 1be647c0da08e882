package io.github.arc4j.simulator.faults;

import io.github.arc4j.simulator.faults.RunnerFault.Kind;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** The active faults of runners. Thread-safe. */
public final class RunnerFaults {
    private final ActiveFaults<RunnerFault, Occasion> active = new ActiveFaults<>();

    /** A moment in the life of a runner at which a fault of this kind can take effect. */
    private record Occasion(Kind kind, String runner, Instant at) {}

    /** Creates an empty list of faults. */
    public RunnerFaults() {}

    /**
     * Adds a fault after the active ones.
     *
     * @param fault the fault
     * @throws java.util.regex.PatternSyntaxException if the name that it matches is not a regular expression
     */
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

    /**
     * Replaces all faults of kind {@link Kind#DEPRECATED} with one that affects all runners from now on, or with none.
     *
     * @param deprecated whether there is one afterwards
     */
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

    /**
     * Makes the random choices reproducible from now on, as far as the order of the runners is.
     *
     * @param seed seed of the random choices
     */
    public synchronized void seed(long seed) {
        active.seed(seed);
    }

    /** {@return the number of runners that were affected; one that is rejected twice counts twice} */
    public synchronized long hits() {
        return active.hits();
    }

    /** {@return the faults that can still affect runners} */
    public synchronized List<RunnerFault> remaining() {
        Instant now = Instant.now();
        return active.remaining(RunnerFault::times).stream()
                .filter(fault -> !fault.hasEndedAt(now))
                .toList();
    }

    /**
     * Decides whether a fault affects the runner now. If so, the runner counts as affected.
     *
     * @param kind kind of the fault
     * @param runner name of the runner
     * @return whether one does
     */
    public synchronized boolean hit(Kind kind, String runner) {
        return active.hit(new Occasion(kind, runner, Instant.now())).isPresent();
    }
}
