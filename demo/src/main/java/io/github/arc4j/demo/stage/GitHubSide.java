package io.github.arc4j.demo.stage;

import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.RunnerView;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SessionView;
import io.github.arc4j.simulator.SimulatorEvent;
import io.github.arc4j.simulator.Violation;
import io.github.arc4j.simulator.faults.Fault;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The GitHub simulator, in this process or elsewhere. */
public interface GitHubSide {
    /**
     * The config URL of a scope, reachable by the controller.
     *
     * @param path {@code org}, {@code org/repo} or {@code enterprises/name}
     */
    String configUrl(String path);

    /** Queues equal jobs and returns their IDs. */
    List<Long> queue(JobRequest job, int count);

    /** Ends running jobs before their time. */
    void finish(List<Long> jobs);

    /** Makes calls of the wire protocol fail. */
    void inject(Fault fault);

    /** Calls the subscriber for every event from now on, in order, until the result is closed. */
    AutoCloseable subscribe(Consumer<SimulatorEvent> subscriber);

    List<ScaleSetView> scaleSets();

    List<RunnerView> runners();

    List<SessionView> sessions();

    /** Protocol violations of clients. */
    List<Violation> violations();

    /** Everything that is still registered, as readable text. */
    default List<String> leftovers() {
        return Stream.of(
                        scaleSets().stream().map(scaleSet -> "scale set " + scaleSet.name()),
                        runners().stream().map(runner -> "runner " + runner.name()),
                        sessions().stream().map(session -> "session of " + session.owner()))
                .flatMap(left -> left)
                .toList();
    }
}
