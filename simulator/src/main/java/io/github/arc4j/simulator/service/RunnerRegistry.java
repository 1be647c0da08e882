package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.RunnerExit;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import io.github.arc4j.simulator.faults.RunnerFault;
import io.github.arc4j.simulator.faults.RunnerFaults;
import io.github.arc4j.simulator.service.state.Runner;
import io.github.arc4j.simulator.service.state.Scope;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The registered runners by ID and name. Guarded by the monitor. */
final class RunnerRegistry {
    private final Events events;
    private final RunnerFaults faults;
    private final Map<Long, Runner> byId = new LinkedHashMap<>();
    private final Map<Name, Runner> byName = new HashMap<>();
    private final Set<Long> hadJob = new HashSet<>();
    private long lastId;

    private record Name(Scope scope, String name) {
        static Name of(Scope scope, String name) {
            return new Name(scope, name.toLowerCase(Locale.ROOT));
        }
    }

    RunnerRegistry(Events events, RunnerFaults faults) {
        this.events = events;
        this.faults = faults;
    }

    long nextId() {
        return ++lastId;
    }

    void add(Runner runner) {
        byId.put(runner.id(), runner);
        byName.put(Name.of(runner.scaleSet().scope(), runner.name()), runner);
        runner.scaleSet().runners().add(runner);
        events.publish(Kind.RUNNER_REGISTERED, runner.scaleSet(), null, runner, "");
    }

    @Nullable Runner find(long id) {
        return byId.get(id);
    }

    @Nullable Runner find(Scope scope, String name) {
        return byName.get(Name.of(scope, name));
    }

    Collection<Runner> all() {
        return byId.values();
    }

    /** Whether the runner with this ID has or had a job. */
    boolean hadJob(long id) {
        Runner runner = byId.get(id);
        return hadJob.contains(id) || (runner != null && runner.job() != null);
    }

    boolean contains(Runner runner) {
        return byId.containsKey(runner.id());
    }

    /** Whether a fault makes the runner hang now. */
    boolean hangs(Runner runner, RunnerFault.Kind kind) {
        if (!faults.hit(kind, runner.name())) {
            return false;
        }
        runner.hang();
        String detail = kind.name().toLowerCase(Locale.ROOT);
        events.publish(Kind.RUNNER_HUNG, runner.scaleSet(), runner.job(), runner, detail);
        return true;
    }

    /** Deregisters a runner, which ends its runner call unless it hangs. */
    void remove(Runner runner, RunnerExit exit) {
        if (byId.remove(runner.id()) == null) {
            return;
        }
        byName.remove(Name.of(runner.scaleSet().scope(), runner.name()));
        runner.scaleSet().runners().remove(runner);
        runner.scaleSet().idleRunners().remove(runner);
        if (runner.job() != null) {
            hadJob.add(runner.id());
        }
        events.publish(Kind.RUNNER_REMOVED, runner.scaleSet(), runner.job(), runner, exit.result());
        if (runner.online() && !runner.hung()) {
            hangs(runner, RunnerFault.Kind.NEVER_EXITS);
        }
        runner.end(exit);
    }
}
