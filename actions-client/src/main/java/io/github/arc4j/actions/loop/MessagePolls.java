package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.Message;
import io.github.arc4j.actions.MessageSession;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Polls the queue of a session. The message after one that is handled can be asked for beforehand, because each poll takes
 * a round trip to GitHub. For one thread.
 */
final class MessagePolls implements AutoCloseable {
    private record Ahead(long lastId, Future<Optional<Message>> answer) {}

    private final MessageSession session;
    private final IntSupplier maxCapacity;
    private final ExecutorService tasks;
    private @Nullable Ahead ahead;

    MessagePolls(MessageSession session, IntSupplier maxCapacity, ExecutorService tasks) {
        this.session = session;
        this.maxCapacity = maxCapacity;
        this.tasks = tasks;
    }

    /** Asks for the message after this one, unless that goes on already. */
    void ask(long lastId) {
        if (ahead == null || ahead.lastId() != lastId) {
            close();
            int capacity = maxCapacity.getAsInt();
            ahead = new Ahead(lastId, tasks.submit(() -> session.poll(lastId, capacity)));
        }
    }

    /** Waits for the message after this one; empty if none came for a while. Fails as {@link MessageSession#poll} does. */
    Optional<Message> next(long lastId) throws InterruptedException {
        if (ahead == null || ahead.lastId() != lastId) {
            close();
            return session.poll(lastId, maxCapacity.getAsInt());
        }
        try {
            return Outcome.of(ahead.answer());
        } finally {
            close();
        }
    }

    /** Ends a poll that nobody waits for. */
    @Override
    public void close() {
        if (ahead != null) {
            ahead.answer().cancel(true);
            ahead = null;
        }
    }
}
