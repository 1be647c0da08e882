package io.github.arc4j.demo.stage;

import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.RunnerView;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SessionView;
import io.github.arc4j.simulator.SimulatorEvent;
import io.github.arc4j.simulator.Violation;
import io.github.arc4j.simulator.faults.Fault;
import java.util.List;
import java.util.function.Consumer;

/** A simulator in this process. */
public record InProcessGitHub(GitHubSimulator simulator) implements GitHubSide {
    @Override
    public String configUrl(String path) {
        return simulator.configUrl(path);
    }

    @Override
    public List<Long> queue(JobRequest job, int count) {
        return simulator.queueJobs(job, count);
    }

    @Override
    public void finish(List<Long> jobs) {
        jobs.forEach(simulator::finishJob);
    }

    @Override
    public void inject(Fault fault) {
        simulator.faults().add(fault);
    }

    @Override
    public AutoCloseable subscribe(Consumer<SimulatorEvent> subscriber) {
        return simulator.subscribe(subscriber);
    }

    @Override
    public List<ScaleSetView> scaleSets() {
        return simulator.scaleSets();
    }

    @Override
    public List<RunnerView> runners() {
        return simulator.runners();
    }

    @Override
    public List<SessionView> sessions() {
        return simulator.sessions();
    }

    @Override
    public List<Violation> violations() {
        return simulator.violations();
    }
}
