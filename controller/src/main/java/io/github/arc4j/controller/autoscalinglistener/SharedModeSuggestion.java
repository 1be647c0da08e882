package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.runtime.cache.Request;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Suggests shared listeners in the log when many dedicated listeners run, once in the life of the process. */
final class SharedModeSuggestion {
    private static final Logger log = LoggerFactory.getLogger(SharedModeSuggestion.class);

    /** Far more than the few from which shared listeners need less memory, because switching has a cost, too. */
    private static final int MANY = 20;

    private final Set<Request> running = new HashSet<>();
    private boolean isDue;

    SharedModeSuggestion(ListenerShards shards) {
        this.isDue = shards.count() == 0;
    }

    /** Call it whenever the state of a listener is known. */
    synchronized void observe(Request listener, boolean isRunning) {
        if (!isDue) {
            return;
        }
        if (isRunning) {
            running.add(listener);
        } else {
            running.remove(listener);
        }
        if (running.size() > MANY) {
            isDue = false;
            running.clear();
            log.info(
                    "More than {} listeners have a pod each. With listener.mode: shared of the controller's chart, a"
                            + " few pods would host them all and need much less memory; see \"Many scale sets\" in"
                            + " docs/scaling.md",
                    MANY);
        }
    }
}
