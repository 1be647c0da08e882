package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.RunnerFaults;
import io.github.arc4j.simulator.service.state.Monitor;
import io.github.arc4j.simulator.service.state.Timers;

/** Creates and connects the parts of the simulated service. */
public final class ActionsService implements AutoCloseable {
    private final Monitor monitor = new Monitor();
    private final Events events = new Events(monitor);
    private final Timers timers = new Timers(monitor);
    private final Tokens tokens;
    private final ScaleSets scaleSets;
    private final Runners runners;
    private final Sessions sessions;
    private final Jobs jobs;
    private final RunnerFaults runnerFaults;

    public ActionsService(SimulatorOptions options) {
        runnerFaults = new RunnerFaults();
        options.runnerFaults().forEach(runnerFaults::add);
        RunnerRegistry registry = new RunnerRegistry(events, runnerFaults);
        JobFlow flow = new JobFlow(options, events, timers, registry);
        tokens = new Tokens(options);
        scaleSets = new ScaleSets(options, monitor, events, flow, registry);
        runners = new Runners(options, monitor, events, timers, registry, scaleSets, flow, runnerFaults);
        sessions = new Sessions(options, monitor, events, timers, scaleSets, flow);
        jobs = new Jobs(monitor, events, flow, scaleSets);
    }

    public Monitor monitor() {
        return monitor;
    }

    public Events events() {
        return events;
    }

    public Tokens tokens() {
        return tokens;
    }

    public ScaleSets scaleSets() {
        return scaleSets;
    }

    public Runners runners() {
        return runners;
    }

    public RunnerFaults runnerFaults() {
        return runnerFaults;
    }

    public Sessions sessions() {
        return sessions;
    }

    public Jobs jobs() {
        return jobs;
    }

    @Override
    public void close() {
        timers.close();
        runners.stop();
        events.close();
    }
}
