package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.wire.Outcome;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens sessions. An interrupt that arrives just before GitHub's response must not leave behind an orphaned session,
 * which would lock out the next listener for minutes.
 *
 * @param owner name of the session's owner
 */
record SessionOpening(ScaleSetApi api, int scaleSetId, String owner, ExecutorService tasks) {
    private static final Duration LATE_SESSION_LIMIT = Duration.ofSeconds(1);

    MessageSession open() throws InterruptedException {
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
}
