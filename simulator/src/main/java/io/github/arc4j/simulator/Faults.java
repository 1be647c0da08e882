package io.github.arc4j.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The active faults. A call is affected by the first one that matches. Thread-safe. */
public final class Faults {
    private final List<Active> active = new ArrayList<>();
    private Random random = new Random(1);
    private @Nullable BadWorld badWorld;
    private long hits;

    private static final class Active {
        final Fault fault;
        final Pattern method;
        final Pattern path;
        int left;

        Active(Fault fault) {
            this.fault = fault;
            this.method = Pattern.compile(fault.method());
            this.path = Pattern.compile(fault.path());
            this.left = fault.times();
        }

        boolean matches(String callMethod, String callPath) {
            return left != 0
                    && method.matcher(callMethod).matches()
                    && path.matcher(callPath).matches();
        }
    }

    /** Adds a fault after the active ones. */
    public synchronized void add(Fault fault) {
        active.add(new Active(fault));
    }

    /** Makes one call in ten, of any kind, meet a fault of any kind; see {@link SimulatorOptions.Builder#badWorld}. */
    public synchronized void badWorld(long seed) {
        badWorld = new BadWorld(seed);
    }

    /** Ends all faults. */
    public synchronized void clear() {
        active.clear();
        badWorld = null;
    }

    /** Makes the random choices reproducible from now on. */
    public synchronized void seed(long seed) {
        random = new Random(seed);
    }

    /** The number of calls that were affected. */
    public synchronized long hits() {
        return hits;
    }

    /** The faults that can still affect calls. */
    public synchronized List<Fault> remaining() {
        return active.stream()
                .filter(entry -> entry.left != 0)
                .map(entry -> entry.fault.times(entry.left))
                .toList();
    }

    /** Selects the fault for a call, which counts as affected. */
    public synchronized Optional<Fault> hit(String method, String path) {
        for (Active entry : active) {
            if (entry.matches(method, path) && random.nextDouble() < entry.fault.probability()) {
                if (entry.left > 0) {
                    entry.left--;
                }
                hits++;
                return Optional.of(entry.fault);
            }
        }
        Optional<Fault> bad = badWorld == null ? Optional.empty() : badWorld.next(method, path);
        hits += bad.isPresent() ? 1 : 0;
        return bad;
    }
}
