package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.internal.concurrent.VirtualThreads;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.wire.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the messages of a scale set: opens a session, polls, passes messages to the handler, and deletes them.
 * {@link #run()} runs until {@link #close()} or an interrupt of its thread; {@link #start()} does the same on a thread
 * of its own. The loop retries every failure, including rejected credentials, with growing delays, and reports failures
 * to the {@link LoopObserver}. It polls for the next message while a message is being handled. Loops share no state, so
 * a process may run many, each on a virtual thread.
 */
public final class MessageLoop implements Runnable, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MessageLoop.class);

    private static final Duration LATE_SESSION_LIMIT = Duration.ofSeconds(1);

    private final ScaleSetApi api;
    private final int scaleSetId;
    private final String owner;
    private final MessageHandler handler;
    private final LoopObserver observer;
    private final Timing timing;
    private final FailureBackoff backoff = new FailureBackoff();
    private final ExecutorService tasks = VirtualThreads.perTask();
    private final Deliveries deliveries;
    private final LoopThread thread = new LoopThread();

    /**
     * Creates a loop.
     *
     * @param api the client
     * @param scaleSetId id of the scale set
     * @param owner name of the session's owner, such as the host name; see {@link ScaleSetApi#openSession}
     * @param listener receives the events
     */
    public MessageLoop(ScaleSetApi api, int scaleSetId, String owner, MessageListener listener) {
        this(api, scaleSetId, owner, listener, LoopObserver.NONE);
    }

    /**
     * Creates a loop that reports its state to an observer.
     *
     * @param api the client
     * @param scaleSetId id of the scale set
     * @param owner name of the session's owner, such as the host name; see {@link ScaleSetApi#openSession}
     * @param listener receives the events
     * @param observer is notified of the state of the loop
     */
    public MessageLoop(ScaleSetApi api, int scaleSetId, String owner, MessageListener listener, LoopObserver observer) {
        this(api, scaleSetId, owner, new ListenerHandler(listener), observer, Timing.SYSTEM);
    }

    /**
     * Creates a loop with a custom handler instead of a {@link MessageListener}.
     *
     * @param api the client
     * @param scaleSetId id of the scale set
     * @param owner name of the session's owner, such as the host name; see {@link ScaleSetApi#openSession}
     * @param handler processes the messages
     * @param observer is notified of the state of the loop
     * @param timing the clock of the loop
     */
    public MessageLoop(
            ScaleSetApi api,
            int scaleSetId,
            String owner,
            MessageHandler handler,
            LoopObserver observer,
            Timing timing) {
        this.api = api;
        this.scaleSetId = scaleSetId;
        this.owner = owner;
        this.handler = handler;
        this.observer = observer;
        this.timing = timing;
        this.deliveries = new Deliveries(handler, observer, timing, tasks);
    }

    /**
     * Runs the loop on a new thread, which keeps the process alive until the loop is closed. A closed loop cannot be
     * started again; create another one.
     *
     * @throws IllegalStateException if the loop was started or closed before
     */
    public void start() {
        thread.start("message-loop-" + scaleSetId, this::receiveUntilStopped);
    }

    /**
     * Receives messages until the loop is stopped; deletes the session before returning.
     *
     * @throws IllegalStateException if the loop was started before
     */
    @Override
    public void run() {
        thread.run(this::receiveUntilStopped);
    }

    /** {@return whether the loop has been started and has not ended yet} */
    public boolean isRunning() {
        return thread.isRunning();
    }

    /**
     * Stops the loop, even during a poll, and waits until the session is deleted, for less than 5 seconds. Does not
     * wait if called on the loop's own thread, from its handler or observer.
     */
    @Override
    public void close() {
        thread.stop();
    }

    private void receiveUntilStopped() {
        try {
            while (!thread.isStopping()) {
                try {
                    holdSession();
                } catch (RuntimeException e) {
                    pause(e);
                }
            }
        } catch (InterruptedException e) {
            log.debug("Stopped by an interrupt");
        } finally {
            tasks.shutdownNow();
            observer.stopped();
        }
    }

    /** Opens a session and receives messages until the session ends. */
    private void holdSession() throws InterruptedException {
        observer.step();
        MessageSession session = open();
        log.info("Opened message session {} of scale set {}", session.id(), scaleSetId);
        deliveries.sessionOpened(session);
        try (MessagePolls polls = new MessagePolls(session, handler::maxCapacity, tasks)) {
            receive(session, polls);
        } finally {
            close(session);
        }
    }

    /**
     * Opens a session. An interrupt that arrives just before GitHub's response must not leave behind an orphaned session,
     * which would lock out the next listener for minutes.
     */
    private MessageSession open() throws InterruptedException {
        Future<MessageSession> opening = tasks.submit(() -> api.openSession(scaleSetId, owner));
        try {
            return Outcome.of(opening);
        } catch (InterruptedException e) {
            try {
                opening.get(LATE_SESSION_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                        .close();
            } catch (ExecutionException | TimeoutException none) {
                opening.cancel(true);
            }
            throw e;
        }
    }

    private void receive(MessageSession session, MessagePolls polls) throws InterruptedException {
        boolean begun = false;
        boolean current = true;
        while (current && !thread.isStopping()) {
            try {
                observer.step();
                if (!begun) {
                    handler.opened(session.initialStatistics());
                    begun = true;
                    observer.opened(session.id());
                }
                current = poll(session, polls);
                if (backoff.failures() > 0) {
                    backoff.reset();
                    observer.recovered();
                }
            } catch (RuntimeException e) {
                if (FailureKind.of(e).endsSession()) {
                    observer.lost(session.id());
                    throw e;
                }
                pause(e);
            }
        }
        if (!current) {
            observer.lost(session.id());
        }
    }

    private void close(MessageSession session) throws InterruptedException {
        try {
            deliveries.sessionEnds();
        } finally {
            session.close();
        }
    }

    /**
     * Returns whether the session's statistics are current. If they were in a message that cannot be read, only a new
     * session has them.
     */
    private boolean poll(MessageSession session, MessagePolls polls) throws InterruptedException {
        long begin = timing.nanoTime();
        Optional<Message> message;
        try {
            message = polls.next(deliveries.lastId());
        } catch (InvalidResponseException e) {
            return !deliveries.receivedUnreadable(e);
        }
        observer.polled();
        deliveries.retrySetAside(session);
        if (message.isPresent()) {
            deliveries.received(session, polls, message.get());
        } else {
            deliveries.receivedNothing(Duration.ofNanos(timing.nanoTime() - begin));
        }
        return true;
    }

    private void pause(RuntimeException failure) throws InterruptedException {
        FailureKind kind = FailureKind.of(failure);
        Duration pause = backoff.next(failure);
        observer.retrying(kind, failure, backoff.failures(), pause);
        if (kind == FailureKind.INTERNAL) {
            log.error("Unexpected failure, retrying in {} ms", pause.toMillis(), failure);
        } else {
            log.warn(
                    "{} ({} in a row), retrying in {} ms: {}",
                    kind.description(),
                    backoff.failures(),
                    pause.toMillis(),
                    failure.getMessage());
        }
        timing.sleep(pause);
    }
}
