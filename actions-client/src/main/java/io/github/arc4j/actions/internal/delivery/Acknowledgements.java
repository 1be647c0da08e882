package io.github.arc4j.actions.internal.delivery;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.wire.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes handled messages in the background, without delaying polls. A failed deletion is retried together with the
 * next one, also in the next session; if GitHub delivers the message again in the meantime, no harm is done.
 */
public final class Acknowledgements {
    private static final Logger log = LoggerFactory.getLogger(Acknowledgements.class);

    /** If GitHub no longer deletes messages, those beyond this number are dropped, the oldest first. */
    private static final int MAX_OPEN = 1000;

    private static final Duration REPEATED_LIMIT = Duration.ofSeconds(2);

    private final ExecutorService tasks;
    /** Ids of handled messages whose deletion is not confirmed. Guarded by this. */
    private final TreeSet<Long> open = new TreeSet<>();

    private @Nullable MessageSession session;
    private @Nullable Future<?> deletion;
    private boolean again;

    public Acknowledgements(ExecutorService tasks) {
        this.tasks = tasks;
    }

    /** Sends all further deletions to this session. */
    public synchronized void opened(MessageSession opened) {
        session = opened;
        resume();
    }

    /** Deletes the message asynchronously, along with messages whose deletion failed earlier. */
    public synchronized void later(long messageId) {
        open.add(messageId);
        if (open.size() > MAX_OPEN) {
            open.pollFirst();
        }
        resume();
    }

    /** Retries failed deletions. */
    public synchronized void resume() {
        again = !open.isEmpty();
        if (again && session != null && (deletion == null || deletion.isDone())) {
            MessageSession current = session;
            deletion = tasks.submit(() -> {
                deleteAll(current);
                return null;
            });
        }
    }

    /**
     * Deletes a redelivered message, and waits briefly for the deletion: otherwise GitHub could redeliver the message
     * endlessly without a pause.
     *
     * @throws ActionsException if the message cannot be deleted
     */
    public void now(MessageSession current, long messageId) throws InterruptedException {
        Future<?> attempt = tasks.submit(() -> {
            current.deleteMessage(messageId);
            deleted(messageId);
            return null;
        });
        try {
            attempt.get(REPEATED_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn("Deleting message {} is taking long", messageId);
        } catch (ExecutionException e) {
            Outcome.of(attempt);
        }
    }

    /**
     * Waits for the deletion in flight, up to the limit, and then cancels it; no deletions are sent to the session
     * afterwards.
     */
    public void close(Duration limit) throws InterruptedException {
        Future<?> last;
        synchronized (this) {
            session = null;
            last = deletion;
        }
        if (last == null) {
            return;
        }
        try {
            last.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            last.cancel(true);
        } catch (ExecutionException e) {
            log.error("Failed to delete messages", e.getCause());
        }
    }

    private synchronized void deleted(long messageId) {
        open.remove(messageId);
    }

    @SuppressWarnings("ReferenceEquality")
    private synchronized boolean isOver(MessageSession current) {
        return session != current;
    }

    /** Returns the ids to delete now; an empty list ends this deletion task. */
    private synchronized List<Long> next() {
        boolean more = again && session != null;
        again = false;
        if (!more) {
            deletion = null;
        }
        return more ? List.copyOf(open) : List.of();
    }

    private void deleteAll(MessageSession current) throws InterruptedException {
        for (List<Long> ids = next(); !ids.isEmpty(); ids = next()) {
            for (long id : ids) {
                if (isOver(current)) {
                    return;
                }
                try {
                    current.deleteMessage(id);
                    deleted(id);
                } catch (RuntimeException e) {
                    log.warn("Failed to delete message {}, retrying later: {}", id, e.getMessage());
                }
            }
        }
    }
}
