package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.internal.json.JobSize;
import io.github.arc4j.actions.loop.LoopObserver.Result;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.wire.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages whose effects on jobs fail repeatedly, set aside so that they don't block later messages. They are retried
 * in parallel with the polls, with growing delays for several hours, and are not deleted in the meantime, so a new
 * process receives them again. Not thread-safe.
 */
final class SetAsideMessages {
    private static final Logger log = LoggerFactory.getLogger(SetAsideMessages.class);

    /** Number of consecutive failures after which a message is set aside. */
    static final int ATTEMPTS_IN_ORDER = 5;
    /** Number of failures after which a message is given up, about three hours after its arrival. */
    static final int MAX_ATTEMPTS = 30;
    /** If this many messages are set aside, a failing message blocks later ones: the messages are not the cause. */
    static final int MAX_MESSAGES = 100;
    /** The same if they occupy this much memory; a single message may be larger. */
    static final int MAX_BYTES = 2 << 20;
    /** How many jobs of a message that is given up are logged. */
    private static final int LOGGED_JOBS = 20;

    private static final Backoff BACKOFF = Backoff.doublingExactly(Duration.ofSeconds(10), Duration.ofMinutes(10));

    /** Receives the final result of a message. */
    interface End {
        void reached(Message message, Result result) throws InterruptedException;
    }

    private record Attempt(Message message, int failures, long next) {}

    private final MessageHandler handler;
    private final Timing timing;
    private final ExecutorService tasks;
    private final End end;
    private final Map<Long, Attempt> attempts = new ConcurrentSkipListMap<>();
    private final AtomicBoolean trying = new AtomicBoolean();
    private long failing;
    private int failures;

    /** @param end called on another thread */
    SetAsideMessages(MessageHandler handler, Timing timing, ExecutorService tasks, End end) {
        this.handler = handler;
        this.timing = timing;
        this.tasks = tasks;
        this.end = end;
    }

    boolean contains(long messageId) {
        return attempts.containsKey(messageId);
    }

    /**
     * Records that a message could not be handled. Returns true if the message is set aside now, false if it must be
     * handled again.
     */
    boolean take(Message message, RuntimeException failure) {
        if (FailureKind.of(failure).affectsAllMessages()) {
            return false;
        }
        failures = message.id() == failing ? failures + 1 : 1;
        failing = message.id();
        if (failures < ATTEMPTS_IN_ORDER || !hasRoomFor(message)) {
            return false;
        }
        log.error(
                "Handling message {} has failed {} times; continuing with the next message and retrying this one later: {}",
                message.id(),
                failures,
                failure.getMessage());
        attempts.put(message.id(), attempt(message, failures));
        return true;
    }

    private boolean hasRoomFor(Message message) {
        long bytes = attempts.values().stream()
                .mapToLong(attempt -> JobSize.of(attempt.message()))
                .sum();
        return attempts.isEmpty() || (attempts.size() < MAX_MESSAGES && bytes + JobSize.of(message) <= MAX_BYTES);
    }

    private Attempt attempt(Message message, int failures) {
        Duration pause = BACKOFF.after(failures - ATTEMPTS_IN_ORDER + 1);
        return new Attempt(message, failures, timing.nanoTime() + pause.toNanos());
    }

    /** Retries messages whose delay has elapsed, on another thread. */
    void tryAgain(MessageSession session) {
        // Check the delays only after earlier retries have ended; otherwise messages would be retried immediately and
        // without being counted.
        if (attempts.isEmpty() || trying.getAndSet(true)) {
            return;
        }
        long now = timing.nanoTime();
        List<Attempt> due = new ArrayList<>(attempts.values());
        due.removeIf(attempt -> attempt.next() - now > 0);
        if (due.isEmpty()) {
            trying.set(false);
            return;
        }
        tasks.execute(() -> {
            try {
                for (Attempt attempt : due) {
                    tryAgain(session, attempt);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                trying.set(false);
            }
        });
    }

    private void tryAgain(MessageSession session, Attempt attempt) throws InterruptedException {
        Message message = attempt.message();
        Optional<RuntimeException> failure = handler.finish(session, message);
        if (failure.isEmpty()) {
            log.info("Message {} was handled on a retry", message.id());
            end(message, Result.HANDLED);
        } else if (attempt.failures() + 1 < MAX_ATTEMPTS) {
            attempts.put(message.id(), attempt(message, attempt.failures() + 1));
        } else {
            log.error(
                    "Giving up on message {} after {} attempts: {}; its jobs: {}{}",
                    message.id(),
                    MAX_ATTEMPTS,
                    failure.get().getMessage(),
                    message.jobs().stream().limit(LOGGED_JOBS).toList(),
                    message.jobs().size() > LOGGED_JOBS ? " and others" : "");
            end(message, Result.GIVEN_UP);
        }
    }

    private void end(Message message, Result result) throws InterruptedException {
        end.reached(message, result);
        attempts.remove(message.id());
    }
}
