package io.github.arc4j.simulator.faults;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The active faults of calls. A call is affected by the first one that matches. Thread-safe. */
public final class Faults {
    private final ActiveFaults<Fault, Call> active = new ActiveFaults<>();
    private @Nullable BadWorld badWorld;
    private long badWorldHits;

    private record Call(String method, String path) {}

    /** Creates an empty list of faults. */
    public Faults() {}

    /**
     * Adds a fault after the active ones.
     *
     * @param fault the fault
     * @throws java.util.regex.PatternSyntaxException if its method or path is not a regular expression
     */
    public synchronized void add(Fault fault) {
        Pattern method = Pattern.compile(fault.method());
        Pattern path = Pattern.compile(fault.path());
        active.add(
                fault,
                fault.times(),
                fault.probability(),
                call -> method.matcher(call.method()).matches()
                        && path.matcher(call.path()).matches());
    }

    /**
     * Makes one call in ten, of any kind, meet a fault of any kind; see {@link io.github.arc4j.simulator.SimulatorOptions.Builder#badWorld}.
     *
     * @param seed seed of the random choices
     */
    public synchronized void badWorld(long seed) {
        badWorld = new BadWorld(seed);
    }

    /** Ends all faults of calls. */
    public synchronized void clear() {
        active.clear();
        badWorld = null;
    }

    /**
     * Makes the random choices reproducible from now on.
     *
     * @param seed seed of the random choices
     */
    public synchronized void seed(long seed) {
        active.seed(seed);
    }

    /** {@return the number of calls that were affected} */
    public synchronized long hits() {
        return active.hits() + badWorldHits;
    }

    /** {@return the faults that can still affect calls} */
    public synchronized List<Fault> remaining() {
        return active.remaining(Fault::times);
    }

    /**
     * Selects the fault for a call, which counts as affected.
     *
     * @param method method of the call
     * @param path path of the call, without query
     * @return the fault, if one affects the call
     */
    public synchronized Optional<Fault> hit(String method, String path) {
        Optional<Fault> fault = active.hit(new Call(method, path));
        if (fault.isPresent() || badWorld == null) {
            return fault;
        }
        Optional<Fault> bad = badWorld.next(method, path);
        badWorldHits += bad.isPresent() ? 1 : 0;
        return bad;
    }
}
