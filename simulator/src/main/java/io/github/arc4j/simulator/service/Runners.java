package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.RunnerExit;
import io.github.arc4j.simulator.RunnerView;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.RunnerFault;
import io.github.arc4j.simulator.faults.RunnerFaults;
import io.github.arc4j.simulator.service.state.Job;
import io.github.arc4j.simulator.service.state.Monitor;
import io.github.arc4j.simulator.service.state.Runner;
import io.github.arc4j.simulator.service.state.ScaleSet;
import io.github.arc4j.simulator.service.state.Scope;
import io.github.arc4j.simulator.service.state.Timers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Registers, lists, removes and connects runners. */
public final class Runners {
    private static final RunnerExit REMOVED = new RunnerExit(1, "removed");

    private final SimulatorOptions options;
    private final Monitor monitor;
    private final Events events;
    private final Timers timers;
    private final RunnerRegistry registry;
    private final ScaleSets scaleSets;
    private final JobFlow flow;
    private final RunnerFaults faults;
    private final Set<Connection> connections = new HashSet<>();

    Runners(
            SimulatorOptions options,
            Monitor monitor,
            Events events,
            Timers timers,
            RunnerRegistry registry,
            ScaleSets scaleSets,
            JobFlow flow,
            RunnerFaults faults) {
        this.options = options;
        this.monitor = monitor;
        this.events = events;
        this.timers = timers;
        this.registry = registry;
        this.scaleSets = scaleSets;
        this.flow = flow;
        this.faults = faults;
    }

    /** A registered runner, with the secret in its JIT config. */
    public record Registration(RunnerView runner, String secret) {
        @Override
        public String toString() {
            return "Registration[" + runner + "]";
        }
    }

    /** Registers a runner. The name must be unused in the scope. */
    public Registration register(Scope scope, int scaleSetId, String name) {
        return monitor.locked(() -> {
            ScaleSet scaleSet = scaleSets.require(scope, scaleSetId);
            if (registry.find(scope, name) != null) {
                throw ServiceException.runnerExists(name);
            }
            String secret = UUID.randomUUID().toString();
            Runner runner = new Runner(registry.nextId(), name, secret, scaleSet, monitor.newCondition());
            registry.add(runner);
            return new Registration(runner.view(), secret);
        });
    }

    public RunnerView get(Scope scope, long id) {
        return monitor.locked(() -> {
            Runner runner = find(scope, id);
            if (runner == null) {
                throw ServiceException.runnerNotFound(id);
            }
            return runner.view();
        });
    }

    /** The runners of a scope, or only the one with this name. */
    public List<RunnerView> find(Scope scope, @Nullable String name) {
        return monitor.locked(() -> {
            Stream<Runner> all = name == null
                    ? registry.all().stream()
                            .filter(runner -> runner.scaleSet().scope().equals(scope))
                    : Stream.ofNullable(registry.find(scope, name));
            return all.map(Runner::view).toList();
        });
    }

    public List<RunnerView> views() {
        return monitor.locked(() -> registry.all().stream().map(Runner::view).toList());
    }

    /** Removes a runner that is not busy; returns false if it does not exist. */
    public boolean remove(Scope scope, long id) {
        return monitor.locked(() -> {
            Runner runner = find(scope, id);
            if (runner == null) {
                return false;
            }
            if (runner.job() != null) {
                throw ServiceException.jobStillRunning(runner.name());
            }
            registry.remove(runner, REMOVED);
            return true;
        });
    }

    /**
     * Forgets a runner, even a busy one, whose job fails as that of a lost runner. Returns false if it is not
     * registered.
     */
    public boolean forget(long id) {
        return monitor.locked(() -> {
            Runner runner = registry.find(id);
            if (runner == null) {
                return false;
            }
            registry.remove(runner, REMOVED);
            failJob(runner);
            return true;
        });
    }

    /** Fails the job that a runner has left behind, because no other runner can continue it. */
    private void failJob(Runner runner) {
        Job job = runner.job();
        if (job != null) {
            job.timer(timers.after(options.lostRunnerAfter(), () -> flow.complete(job, "failed", 1)));
        }
    }

    private @Nullable Runner find(Scope scope, long id) {
        Runner runner = registry.find(id);
        return runner != null && runner.scaleSet().scope().equals(scope) ? runner : null;
    }

    /**
     * Starts the process of a runner, which brings the runner online unless it hangs first. Rejected if the runner is
     * not or no longer registered, is already connected, or has lost its connection while busy: its JIT config cannot be
     * used again.
     */
    public Attempt connect(long id, String secret) {
        return monitor.locked(() -> {
            Runner runner = registry.find(id);
            if (runner == null || !runner.secret().equals(secret) || runner.online() || runner.job() != null) {
                return new Rejected(new RunnerExit(1, "not-registered"), registry.hadJob(id));
            }
            if (faults.hit(RunnerFault.Kind.DEPRECATED, runner.name())) {
                return new Rejected(new RunnerExit(7, "deprecated"), false);
            }
            boolean hangs = registry.hangs(runner, RunnerFault.Kind.NEVER_ONLINE);
            Connection process = hangs ? new Connection(runner, false, false) : bringOnline(runner);
            connections.add(process);
            return process;
        });
    }

    private Connection bringOnline(Runner runner) {
        runner.connect();
        events.publish(Kind.RUNNER_ONLINE, runner.scaleSet(), null, runner, "");
        boolean isOneTooMany = runner.scaleSet().hasTooManyRunners();
        flow.idle(runner);
        return new Connection(runner, true, isOneTooMany);
    }

    /** Ends all runners, including those that hang, when the simulator is closed. */
    void stop() {
        RunnerExit stopped = new RunnerExit(1, "stopped");
        monitor.locked(() -> {
            faults.clear();
            List.copyOf(registry.all()).forEach(runner -> registry.remove(runner, stopped));
            connections.forEach(process -> process.runner.stop(stopped));
        });
    }

    /** The result of an attempt to bring a runner online. */
    public sealed interface Attempt permits Connection, Rejected {}

    /**
     * The runner was rejected.
     *
     * @param jitConfigUsed whether the JIT config has already had its job
     */
    public record Rejected(RunnerExit exit, boolean jitConfigUsed) implements Attempt {}

    /** The process of a runner. Closing it before the process has ended kills it, which simulates a lost runner. */
    public final class Connection implements Attempt, AutoCloseable {
        private final Runner runner;
        private final boolean isOnline;
        private final boolean isOneTooMany;

        private Connection(Runner runner, boolean isOnline, boolean isOneTooMany) {
            this.runner = runner;
            this.isOnline = isOnline;
            this.isOneTooMany = isOneTooMany;
        }

        /** Whether the process brought the runner online; if not, it hangs. */
        public boolean isOnline() {
            return isOnline;
        }

        /** Whether this runner exceeded the number of runners announced by its scale set's listener. */
        public boolean isOneTooMany() {
            return isOneTooMany;
        }

        public String runnerName() {
            return runner.name();
        }

        /**
         * Waits until the runner gets a job or its process ends, or until the timeout. Returns the job's name, or empty if
         * there is none.
         */
        public Optional<String> awaitJob(Duration timeout) throws InterruptedException {
            return await(timeout, () -> {
                Job job = runner.job();
                return job == null ? null : job.displayName();
            });
        }

        /** Waits until the process ends, or until the timeout. */
        public Optional<RunnerExit> awaitEnd(Duration timeout) throws InterruptedException {
            return await(timeout, runner::exit);
        }

        private <T> Optional<T> await(Duration timeout, Supplier<@Nullable T> result) throws InterruptedException {
            long deadline = System.nanoTime() + timeout.toNanos();
            return monitor.lockedWaiting(() -> {
                while (result.get() == null && runner.exit() == null) {
                    if (!Monitor.awaitUntil(runner.changed(), deadline)) {
                        break;
                    }
                }
                return Optional.ofNullable(result.get());
            });
        }

        @Override
        public void close() {
            monitor.locked(() -> {
                connections.remove(this);
                if (!isOnline || !registry.contains(runner)) {
                    return;
                }
                runner.disconnect();
                runner.scaleSet().idleRunners().remove(runner);
                events.publish(Kind.RUNNER_OFFLINE, runner.scaleSet(), runner.job(), runner, "");
                failJob(runner);
            });
        }
    }
}
