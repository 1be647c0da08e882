package io.github.arc4j.actions.internal.service;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.errors.SessionExpiredException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a session on the service, so that the scale set can have another one without delay.
 *
 * @param path path of the session below the service's URL
 * @param limit time for all attempts
 */
record SessionDeletion(Service service, String path, Duration limit) {
    private static final Logger log = LoggerFactory.getLogger(SessionDeletion.class);

    /** Deletes the session within the limit, even on an interrupted thread. A failure is only logged. */
    void run() {
        // Use a separate thread: a shutdown often arrives as an interrupt, and the deletion must not exceed its limit.
        Thread deletion = new Thread(this::delete, "delete-session");
        deletion.setDaemon(true);
        deletion.start();
        boolean interrupted = Thread.interrupted();
        try {
            deletion.join(limit.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        deletion.interrupt();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Deletes the session on the current thread; succeeds if the session has ended. */
    void now() throws InterruptedException {
        try {
            service.call(ServiceRequest.delete("closeSession", path).aboutSession(), body -> body);
        } catch (SessionExpiredException | ScaleSetNotFoundException e) {
            log.debug("The message session had already ended: {}", e.getMessage());
        }
    }

    private void delete() {
        try {
            now();
        } catch (ActionsException e) {
            log.warn("Failed to delete the message session: {}", e.getMessage());
        } catch (InterruptedException e) {
            log.warn("Failed to delete the message session within {} ms", limit.toMillis());
        }
    }
}
