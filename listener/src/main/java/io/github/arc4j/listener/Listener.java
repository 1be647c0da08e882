package io.github.arc4j.listener;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.InvalidResponseException;
import io.github.arc4j.actions.Message;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.process.ListenerConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The listener of one scale set. {@link #run()} listens until {@link #close()} or an interrupt of its thread; whatever
 * fails is tried again with growing pauses. Listeners share nothing, so a process may have many, each on a virtual
 * thread.
 */
public final class Listener implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    /** How long {@link #close()} waits; a pod is given longer before it is killed. */
    private static final Duration CLOSE_LIMIT = Duration.ofMillis(4500);

    private static final Duration LAST_DELETIONS_LIMIT = Duration.ofSeconds(1);

    private final ListenerConfig config;
    private final ListenerMetrics metrics;
    private final Timing timing;
    private final ListenerState state;
    private final BackOff backOff = new BackOff();
    private final ExecutorService tasks = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("listener-task").factory());
    private final SessionOpening sessions;
    private final RunnerSetScaling scaling;
    private final MessageHandler handler;
    private final Acknowledgements acknowledgements;
    private final SetAsideMessages setAside;
    private final UnreadableMessages unreadable = new UnreadableMessages();
    private final MessageIds handled = new MessageIds();
    private final CountDownLatch ended = new CountDownLatch(1);

    private final MessageCursor cursor = new MessageCursor();
    private final PollPace pace;
    /** The message that came last. */
    private long latest;

    private final Object lifecycle = new Object();
    private @Nullable Thread thread;
    private volatile boolean stopping;

    /** @param owner who holds the session: the host name */
    public Listener(
            ListenerConfig config,
            ScaleSetApi api,
            RunnerSetPatches patches,
            ListenerMetrics metrics,
            String owner,
            Timing timing) {
        this(config, api, patches, metrics, owner, timing, SessionObserver.NONE);
    }

    /**
     * Creates a listener that tells how it is doing.
     *
     * @param owner who holds the session: the host name
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
        this.timing = timing;
        this.pace = new PollPace(timing);
        this.state = new ListenerState(timing, observer);
        this.sessions = new SessionOpening(api, config.runnerScaleSetId(), owner, tasks);
        Scaler scaler = new Scaler(config.minRunners(), config.maxRunners());
        this.scaling = new RunnerSetScaling(patches, scaler, metrics, timing, tasks);
        this.handler = new MessageHandler(scaling, new JobEffects(patches), metrics, tasks);
        this.acknowledgements = new Acknowledgements(tasks);
        this.setAside = new SetAsideMessages(handler, timing, tasks, this::done);
        metrics.serve(state);
    }

    /** For a liveness probe: what a new process may heal. */
    public Optional<String> livenessProblem() {
        return state.livenessProblem();
    }

    /** For a readiness probe: why jobs do not reach the cluster. */
    public Optional<String> readinessProblem() {
        return state.readinessProblem();
    }

    /** Listens; returns when it was stopped, with the session deleted. To be called once. */
    @Override
    public void run() {
        synchronized (lifecycle) {
            thread = Thread.currentThread();
        }
        try (MDC.MDCCloseable ignored = MDC.putCloseable("scale_set", config.runnerScaleSetName())) {
            while (!stopping) {
                try {
                    holdSession();
                } catch (RuntimeException e) {
                    pause(e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Stopped by an interrupt");
        } finally {
            tasks.shutdownNow();
            state.stopped();
            LOG.info("Listener stopped");
            synchronized (lifecycle) {
                thread = null;
            }
            ended.countDown();
        }
    }

    /** Stops listening, also in the middle of a poll, and waits until the session is deleted, below 5 seconds. */
    @Override
    public void close() {
        synchronized (lifecycle) {
            stopping = true;
            if (thread == null) {
                return;
            }
            thread.interrupt();
        }
        try {
            if (!ended.await(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The listener did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens a session and listens until it is over. */
    private void holdSession() throws InterruptedException {
        state.step();
        MessageSession session = sessions.open();
        LOG.info("Opened message session {} of scale set {}", session.id(), config.runnerScaleSetId());
        cursor.sessionOpened();
        acknowledgements.opened(session);
        try (MessagePolls polls = new MessagePolls(session, config.maxRunners(), tasks)) {
            listen(session, polls);
        } finally {
            close(session);
        }
    }

    private void listen(MessageSession session, MessagePolls polls) throws InterruptedException {
        boolean begun = false;
        while (!stopping) {
            try {
                state.step();
                if (!begun) {
                    handler.opened(session.initialStatistics());
                    begun = true;
                    state.listening();
                }
                poll(session, polls);
                backOff.reset();
                state.listening();
            } catch (RuntimeException e) {
                if (Trouble.of(e).endsSession()) {
                    throw e;
                }
                pause(e);
            }
        }
    }

    private void close(MessageSession session) throws InterruptedException {
        try {
            acknowledgements.close(LAST_DELETIONS_LIMIT);
        } finally {
            session.close();
        }
    }

    private void poll(MessageSession session, MessagePolls polls) throws InterruptedException {
        long begin = timing.nanoTime();
        Optional<Message> answer;
        try {
            answer = polls.next(cursor.lastId());
        } catch (InvalidResponseException e) {
            skipOrThrow(e);
            return;
        }
        state.polled();
        setAside.tryAgain(session);
        if (answer.isPresent()) {
            received(session, polls, answer.get());
            return;
        }
        pace.receivedNothing(Duration.ofNanos(timing.nanoTime() - begin));
        scaling.idle();
        acknowledgements.resume();
        cursor.nothingReceived();
    }

    private void received(MessageSession session, MessagePolls polls, Message message) throws InterruptedException {
        if (cursor.hasPassed(message.id())) {
            metrics.message("repeated");
            handler.handleAgain(message);
            acknowledgements.resume();
            pace.receivedAgain();
            return;
        }
        pace.receivedNew();
        if (message.id() != latest) {
            latest = message.id();
            polls.ask(latest);
        } // else it failed before, and so it may again
        handle(session, message);
    }

    /** The message's effects are in the cluster before it is deleted, so that it comes again after a crash. */
    private void handle(MessageSession session, Message message) throws InterruptedException {
        boolean repeated = handled.contains(message.id());
        boolean done = false;
        if (!setAside.contains(message.id())) {
            Optional<RuntimeException> failure = handler.handle(session, message, repeated);
            done = failure.isEmpty();
            if (!done) {
                if (!setAside.take(message, failure.get())) {
                    throw failure.get();
                }
                metrics.message("set_aside");
            }
        }
        cursor.received(message.id());
        if (done) {
            end(session, message, repeated);
        }
    }

    private void end(MessageSession session, Message message, boolean repeated) throws InterruptedException {
        if (repeated) {
            metrics.message("repeated");
            acknowledgements.now(session, message.id());
        } else {
            handled.add(message.id());
            done(message, "handled");
        }
    }

    private void done(Message message, String result) throws InterruptedException {
        metrics.message(result);
        scaling.whenApplied(() -> acknowledgements.later(message.id()));
    }

    /** The jobs of a message that cannot be read are lost, but the statistics go on. */
    private void skipOrThrow(InvalidResponseException e) throws InterruptedException {
        if (e.messageId().isPresent() && cursor.hasPassed(e.messageId().getAsLong())) {
            acknowledgements.resume();
            pace.receivedAgain();
            return;
        }
        long id = unreadable.skipped(e);
        if (id == 0) {
            throw e;
        }
        LOG.error("Skipping message {}, which cannot be read: {}", id, e.getMessage());
        metrics.message("unreadable");
        cursor.received(id);
        acknowledgements.later(id);
    }

    private void pause(RuntimeException failure) throws InterruptedException {
        Trouble trouble = Trouble.of(failure);
        Duration pause = backOff.next(failure);
        metrics.retry(trouble);
        String message = String.valueOf(failure.getMessage());
        state.pausing(trouble, failure instanceof ActionsException e ? e.summary() : message, pause);
        if (trouble == Trouble.INTERNAL) {
            LOG.error("Unexpected failure, trying again in {} ms", pause.toMillis(), failure);
        } else {
            LOG.warn(
                    "{} ({} in a row), trying again in {} ms: {}",
                    trouble.description(),
                    backOff.failures(),
                    pause.toMillis(),
                    message);
        }
        timing.sleep(pause);
    }
}
