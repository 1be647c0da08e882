package io.github.arc4j.listener;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.MessageSession;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes handled messages beside the next poll, which need not wait for it: a message that could not be deleted is
 * tried again with the next one, and when GitHub sends it again that does no harm. For one thread at a time.
 */
final class Acknowledgements {
    private static final Logger LOG = LoggerFactory.getLogger(Acknowledgements.class);

    /** If GitHub deletes nothing any more, the oldest are given up. */
    private static final int MAX_OPEN = 20;

    private final ExecutorService tasks;
    /** Handled, and not known to be deleted. */
    private final NavigableSet<Long> open = new ConcurrentSkipListSet<>();

    private @Nullable Future<?> deletion;

    Acknowledgements(ExecutorService tasks) {
        this.tasks = tasks;
    }

    /** Deletes the message soon, and those that could not be deleted before. */
    void later(MessageSession session, long messageId) throws InterruptedException {
        settle();
        open.add(messageId);
        if (open.size() > MAX_OPEN) {
            open.pollFirst();
        }
        deletion = tasks.submit(() -> {
            deleteAll(session);
            return null;
        });
    }

    /**
     * Deletes a message that has come again, unless it is gone by now.
     *
     * @throws ActionsException if it cannot be deleted
     */
    void now(MessageSession session, long messageId) throws InterruptedException {
        settle();
        session.deleteMessage(messageId);
        open.remove(messageId);
    }

    /** Waits until the deletion that is under way has ended, at most this long. */
    void settle(long timeout, TimeUnit unit) throws InterruptedException {
        if (deletion == null) {
            return;
        }
        try {
            deletion.get(timeout, unit);
        } catch (TimeoutException e) {
            deletion.cancel(true);
        } catch (ExecutionException e) {
            LOG.error("Failed to delete messages", e.getCause());
        }
        deletion = null;
    }

    private void settle() throws InterruptedException {
        // A call ends by its own limit; this is only so that a defect cannot stop the listener.
        settle(5, TimeUnit.MINUTES);
    }

    private void deleteAll(MessageSession session) throws InterruptedException {
        for (Long id : open) {
            try {
                session.deleteMessage(id);
                open.remove(id);
            } catch (ActionsException e) {
                LOG.warn("Failed to delete message {}, trying again later: {}", id, e.getMessage());
            }
        }
    }
}
