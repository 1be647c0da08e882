package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.listener.Listener;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener with its own client and thread. */
final class ListenerRun implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ListenerRun.class);

    private final Listener listener;
    private final ActionsClient client;
    private final AbandonedSession abandoned;
    private final int scaleSetId;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * @param client closed with this
     * @param abandoned deleted before the listener opens a session
     */
    ListenerRun(Listener listener, ActionsClient client, AbandonedSession abandoned, int scaleSetId) {
        this.listener = listener;
        this.client = client;
        this.abandoned = abandoned;
        this.scaleSetId = scaleSetId;
    }

    /** @param afterwards called when it has ended, for whatever reason */
    void begin(Runnable afterwards) {
        Thread.ofVirtual().name("listener").start(() -> {
            try {
                abandoned.delete(client, scaleSetId);
                listener.run();
            } catch (InterruptedException e) {
                log.debug("Stopped by an interrupt");
            } catch (Throwable e) {
                log.error("The listener failed unexpectedly", e);
            } finally {
                ended.countDown();
                afterwards.run();
            }
        });
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** A problem that a new listener may fix. */
    Optional<String> problem() {
        return listener.livenessProblem();
    }

    /** Ends the listener and its session, in less than 5 seconds. */
    @Override
    public void close() {
        listener.close();
        client.close();
    }
}
