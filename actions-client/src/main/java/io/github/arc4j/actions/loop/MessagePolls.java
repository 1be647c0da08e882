package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.wire.Outcome;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Polls the queue of a session. The next message can be requested while one is being handled, because each poll takes a
 * round trip to GitHub. Not thread-safe.
 */
final class MessagePolls implements AutoCloseable {
    private record Ahead(long lastId, Future<Optional<Message>> response) {}

    private final MessageSession session;
    private final IntSupplier maxCapacity;
    private final ExecutorService tasks;
    private @Nullable Ahead ahead;

    MessagePolls(MessageSession session, IntSupplier maxCapacity, ExecutorService tasks) {
        this.session = session;
        this.maxCapacity = maxCapacity;
        this.tasks = tasks;
    }

    /** Starts a poll for the next message after this id, unless one is already in flight. */
    void ask(long lastId) {
        if (ahead == null || ahead.lastId() != lastId) {
            close();
            int capacity = maxCapacity.getAsInt();
            ahead = new Ahead(lastId, tasks.submit(() -> session.poll(lastId, capacity)));
        }
    }

    /**
     * Waits for the next message after this id; empty if none arrived during the poll. Fails in the same ways as
     * {@link MessageSession#poll}.
     */
    Optional<Message> next(long lastId) throws InterruptedException {
        if (ahead == null || ahead.lastId() != lastId) {
            close();
            return session.poll(lastId, maxCapacity.getAsInt());
        }
        try {
            return Outcome.of(ahead.response());
        } finally {
            close();
        }
    }

    /** Aborts a poll whose result is no longer needed. */
    @Override
    public void close() {
        if (ahead != null) {
            ahead.response().cancel(true);
            ahead = null;
        }
    }
}
