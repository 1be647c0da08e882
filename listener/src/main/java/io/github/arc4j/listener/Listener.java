package io.github.arc4j.listener;

import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.loop.LoopObserver;
import io.github.arc4j.actions.loop.MessageLoop;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.scaling.JobEffects;
import io.github.arc4j.listener.scaling.JobMessageHandler;
import io.github.arc4j.listener.scaling.RunnerSetScaling;
import io.github.arc4j.listener.scaling.Scaler;
import io.github.arc4j.listener.state.ListenerState;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The listener of one scale set: a {@link MessageLoop} whose effects are written to the cluster, with metrics and
 * probes. {@link #run()} listens until {@link #close()} or an interrupt of its thread. Listeners share no state, so a
 * process may run many, each on a virtual thread.
 */
public final class Listener implements Runnable, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    private final ListenerConfig config;
    private final ListenerMetrics metrics;
    private final ListenerState state;
    private final ExecutorService tasks = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("listener-task").factory());
    private final MessageLoop loop;

    /**
     * @param owner the {@linkplain #owner owner} of the session
     * @param observer notified of the session's state
     */
    public Listener(
            ListenerConfig config,
            ScaleSetApi api,
            RunnerSetPatches patches,
            ListenerMetrics metrics,
            String owner,
            Timing timing,
            SessionObserver observer) {
        this.config = config;
        this.metrics = metrics;
        this.state = new ListenerState(timing, observer);
        Scaler scaler = new Scaler(config.minRunners(), config.maxRunners());
        RunnerSetScaling scaling = new RunnerSetScaling(patches, scaler, metrics, timing, tasks);
        JobMessageHandler handler =
                new JobMessageHandler(config.maxRunners(), scaling, new JobEffects(patches, tasks), metrics, tasks);
        this.loop = new MessageLoop(api, config.runnerScaleSetId(), owner, handler, new Observer(), timing);
        metrics.serve(state);
    }

    /** The owner of this process's sessions: the pod's name, unless the pod template sets another host name. */
    public static String owner(Map<String, String> environment) {
        String host = environment.getOrDefault("HOSTNAME", "");
        return host.isEmpty() ? UUID.randomUUID().toString() : host;
    }

    /** For a liveness probe: a problem that a restart may fix. */
    public Optional<String> livenessProblem() {
        return state.livenessProblem();
    }

    /** For a readiness probe: why jobs do not reach the cluster. */
    public Optional<String> readinessProblem() {
        return state.readinessProblem();
    }

    /** Listens; returns when stopped, after deleting the session. Must be called only once. */
    @Override
    public void run() {
        try (MDC.MDCCloseable ignored = inLog()) {
            loop.run();
        }
    }

    /** Stops listening, even during a poll, and waits until the session is deleted, which takes less than 5 seconds. */
    @Override
    public void close() {
        loop.close();
        // Not in run(): the process may exit as soon as this method returns.
        try (MDC.MDCCloseable ignored = inLog()) {
            log.info("Listener stopped");
        }
    }

    private MDC.MDCCloseable inLog() {
        return MDC.putCloseable("scale_set", config.runnerScaleSetName());
    }

    private final class Observer implements LoopObserver {
        @Override
        public void step() {
            state.step();
        }

        @Override
        public void polled() {
            state.polled();
        }

        @Override
        public void opened(UUID session) {
            state.opened(session);
        }

        @Override
        public void recovered() {
            state.listening();
        }

        @Override
        public void retrying(FailureKind kind, RuntimeException failure, int failures, Duration pause) {
            metrics.retry(kind);
            String summary = failure instanceof ActionsException e ? e.summary() : String.valueOf(failure.getMessage());
            state.pausing(kind, summary, pause);
        }

        @Override
        public void message(long id, Result result) {
            metrics.message(result.name().toLowerCase(Locale.ROOT));
        }

        @Override
        public void stopped() {
            tasks.shutdownNow();
            state.stopped();
        }
    }
}
