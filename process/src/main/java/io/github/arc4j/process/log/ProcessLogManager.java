package io.github.arc4j.process.log;

import java.util.logging.LogManager;

/**
 * Keeps the log handlers during shutdown. The JDK's manager removes them in its own shutdown hook, so that lines logged
 * by other hooks, which are the ones to read after a failed shutdown, may be lost. Public, with a public constructor,
 * because the JDK creates it by name.
 */
public final class ProcessLogManager extends LogManager {
    /** Does not remove handlers or levels, which {@link Logging} sets. */
    @Override
    public void reset() {
        Logging.endDelay();
    }
}
