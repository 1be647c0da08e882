package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.internal.delivery.Acknowledgements;
import io.github.arc4j.actions.internal.delivery.MessageCursor;
import io.github.arc4j.actions.internal.delivery.MessageIds;
import io.github.arc4j.actions.loop.LoopObserver.Result;
import io.github.arc4j.actions.loop.MessageHandler.Delivery;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.Statistics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to each message that a poll delivers: it is handled, set aside or skipped, and then acknowledged. Used by
 * the loop's thread.
 */
final class Deliveries {
    private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

    private static final Duration LAST_DELETIONS_LIMIT = Duration.ofSeconds(1);

    /** How often a message that cannot be read is polled; without a limit, it would be delivered forever. */
    private static final int MAX_UNREADABLE = 3;

    private final MessageHandler handler;
    private final LoopObserver observer;
    private final Acknowledgements acknowledgements;
    private final SetAsideMessages setAside;
    private final PollPace pace;
    private final MessageIds tried = new MessageIds();
    private final MessageIds handled = new MessageIds();
    private final MessageCursor cursor = new MessageCursor();
    /** Id of the most recently received message. */
    private long latest;
    /** The latest statistics of this session: those of its start or of the message with the highest id. */
    private Statistics statistics = Statistics.ZERO;

    private long highestId;
    /** Id of the latest message that could not be read. */
    private long unreadable;
    /** How often it could not since the last message that could. */
    private int attempts;

    Deliveries(MessageHandler handler, LoopObserver observer, Timing timing, ExecutorService tasks) {
        this.handler = handler;
        this.observer = observer;
        this.acknowledgements = new Acknowledgements(tasks);
        this.setAside = new SetAsideMessages(handler, timing, tasks, this::done);
        this.pace = new PollPace(timing);
    }

    void sessionOpened(MessageSession session) {
        highestId = 0; // a session may number its messages from 1 again
        statistics = session.initialStatistics();
        cursor.sessionOpened();
        acknowledgements.opened(session);
    }

    /** Acknowledges what it still can before the session is deleted. */
    void sessionEnds() throws InterruptedException {
        acknowledgements.close(LAST_DELETIONS_LIMIT);
    }

    /** The id of the last message, after which the next one is requested. */
    long lastId() {
        return cursor.lastId();
    }

    void retrySetAside(MessageSession session) {
        setAside.tryAgain(session);
    }

    /** A poll ended without a message after this time. */
    void receivedNothing(Duration time) throws InterruptedException {
        pace.receivedNothing(time);
        handler.idle();
        acknowledgements.resume();
        cursor.nothingReceived();
    }

    void received(MessageSession session, MessagePolls polls, Message message) throws InterruptedException {
        if (cursor.hasPassed(message.id())) {
            observer.message(message.id(), Result.REPEATED);
            Statistics before = statistics;
            Message current = withLatestStatistics(message);
            if (!statistics.equals(before)) {
                handler.handleAgain(current);
            }
            acknowledgements.resume();
            pace.receivedAgain();
            return;
        }
        pace.receivedNew();
        attempts = 0;
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
            Optional<RuntimeException> failure =
                    handler.handle(session, withLatestStatistics(message), delivery(message, repeated));
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

    /** Replaces statistics that are older than those of a message with a higher id. */
    private Message withLatestStatistics(Message message) {
        if (message.id() >= highestId) {
            highestId = message.id();
            statistics = message.statistics();
            return message;
        }
        return new Message(message.id(), statistics, message.jobs());
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

    /**
     * Skips a message that repeatedly cannot be read. Its jobs are lost; its statistics are those of the next session.
     *
     * @return whether the message is skipped for the first time, and a new session is necessary
     * @throws InvalidResponseException if the message is to be polled again
     */
    boolean receivedUnreadable(InvalidResponseException e) throws InterruptedException {
        long id = e.messageId().orElse(0);
        if (id != 0 && cursor.hasPassed(id)) {
            acknowledgements.resume();
            pace.receivedAgain();
            return false;
        }
        attempts = id == unreadable ? attempts + 1 : 1;
        unreadable = id;
        if (id == 0 || attempts < MAX_UNREADABLE) {
            throw e;
        }
        cursor.received(id);
        acknowledgements.later(id);
        if (attempts > MAX_UNREADABLE) { // delivered again to the next session
            pace.receivedAgain();
            return false;
        }
        log.error("Skipping message {}, which cannot be read: {}", id, e.getMessage());
        observer.message(id, Result.UNREADABLE);
        return true;
    }
}
