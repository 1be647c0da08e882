package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.internal.concurrent.VirtualThreads;
import io.github.arc4j.actions.loop.LoopObserver.Result;
import io.github.arc4j.actions.loop.MessageHandler.Delivery;
import io.github.arc4j.actions.messages.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the messages of a scale set: opens a session, polls, passes messages to the handler, and deletes them.
 * {@link #run()} runs until {@link #close()} or an interrupt of its thread; {@link #start()} does the same on a thread
 * of its own. The loop retries every failure, including
 * rejected credentials, with growing delays, and reports failures to the {@link LoopObserver}. It polls for the next
 * message while a message is being handled. Loops share no state, so a process may run many, each on a virtual thread.
 */
public final class MessageLoop implements Runnable, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MessageLoop.class);

    private static final Duration LAST_DELETIONS_LIMIT = Duration.ofSeconds(1);

    private final int scaleSetId;
    private final MessageHandler handler;
    private final LoopObserver observer;
    private final Timing timing;
    private final TroubleBackoff backoff = new TroubleBackoff();
    private final ExecutorService tasks = VirtualThreads.perTask();
    private final SessionOpening sessions;
    private final Acknowledgements acknowledgements;
    private final SetAsideMessages setAside;
    private final UnreadableMessages unreadable = new UnreadableMessages();
    private final MessageIds tried = new MessageIds();
    private final MessageIds handled = new MessageIds();
    private final LoopThread thread = new LoopThread();

    private final MessageCursor cursor = new MessageCursor();
    private final PollPace pace;
    /** Id of the most recently received message. */
    private long latest;

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
        this.scaleSetId = scaleSetId;
        this.handler = handler;
        this.observer = observer;
        this.timing = timing;
        this.pace = new PollPace(timing);
        this.sessions = new SessionOpening(api, scaleSetId, owner, tasks);
        this.acknowledgements = new Acknowledgements(tasks);
        this.setAside = new SetAsideMessages(handler, timing, tasks, this::done);
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
        MessageSession session = sessions.open();
        log.info("Opened message session {} of scale set {}", session.id(), scaleSetId);
        cursor.sessionOpened();
        acknowledgements.opened(session);
        try (MessagePolls polls = new MessagePolls(session, handler::maxCapacity, tasks)) {
            receive(session, polls);
        } finally {
            close(session);
        }
    }

    private void receive(MessageSession session, MessagePolls polls) throws InterruptedException {
        boolean begun = false;
        while (!thread.isStopping()) {
            try {
                observer.step();
                if (!begun) {
                    handler.opened(session.initialStatistics());
                    begun = true;
                    observer.opened(session.id());
                }
                poll(session, polls);
                if (backoff.failures() > 0) {
                    backoff.reset();
                    observer.recovered();
                }
            } catch (RuntimeException e) {
                if (Trouble.of(e).endsSession()) {
                    observer.lost(session.id());
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
        observer.polled();
        setAside.tryAgain(session);
        if (answer.isPresent()) {
            received(session, polls, answer.get());
            return;
        }
        pace.receivedNothing(Duration.ofNanos(timing.nanoTime() - begin));
        handler.idle();
        acknowledgements.resume();
        cursor.nothingReceived();
    }

    private void received(MessageSession session, MessagePolls polls, Message message) throws InterruptedException {
        if (cursor.hasPassed(message.id())) {
            observer.message(message.id(), Result.REPEATED);
            handler.handleAgain(message);
            acknowledgements.resume();
            pace.receivedAgain();
            return;
        }
        pace.receivedNew();
        if (message.id() != latest) {
            latest = message.id();
            polls.ask(latest);
        } // else the message failed before and may fail again, so don't poll ahead
        handle(session, message);
    }

    /** Applies the message's effects before the message is deleted, so that it is delivered again after a crash. */
    private void handle(MessageSession session, Message message) throws InterruptedException {
        boolean repeated = handled.contains(message.id());
        boolean done = false;
        if (!setAside.contains(message.id())) {
            Optional<RuntimeException> failure = handler.handle(session, message, delivery(message, repeated));
            done = failure.isEmpty();
            if (!done) {
                if (!setAside.take(message, failure.get())) {
                    throw failure.get();
                }
                observer.message(message.id(), Result.SET_ASIDE);
            }
        }
        cursor.received(message.id());
        if (done) {
            end(session, message, repeated);
        }
    }

    private Delivery delivery(Message message, boolean repeated) {
        boolean first = tried.add(message.id());
        if (repeated) {
            return Delivery.REPEATED;
        }
        return first ? Delivery.NEW : Delivery.RETRIED;
    }

    private void end(MessageSession session, Message message, boolean repeated) throws InterruptedException {
        if (repeated) {
            observer.message(message.id(), Result.REPEATED);
            acknowledgements.now(session, message.id());
        } else {
            handled.add(message.id());
            done(message, Result.HANDLED);
        }
    }

    private void done(Message message, Result result) throws InterruptedException {
        observer.message(message.id(), result);
        long id = message.id(); // the handler may keep the action for long, which must not hold the whole message
        handler.whenApplied(() -> acknowledgements.later(id));
    }

    /** The jobs of an unreadable message are lost, but its statistics arrive again with later messages. */
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
        log.error("Skipping message {}, which cannot be read: {}", id, e.getMessage());
        observer.message(id, Result.UNREADABLE);
        cursor.received(id);
        acknowledgements.later(id);
    }

    private void pause(RuntimeException failure) throws InterruptedException {
        Trouble trouble = Trouble.of(failure);
        Duration pause = backoff.next(failure);
        observer.retrying(trouble, failure, backoff.failures(), pause);
        if (trouble == Trouble.INTERNAL) {
            log.error("Unexpected failure, trying again in {} ms", pause.toMillis(), failure);
        } else {
            log.warn(
                    "{} ({} in a row), trying again in {} ms: {}",
                    trouble.description(),
                    backoff.failures(),
                    pause.toMillis(),
                    failure.getMessage());
        }
        timing.sleep(pause);
    }
}
