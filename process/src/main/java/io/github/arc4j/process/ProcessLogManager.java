package io.github.arc4j.process;

import java.util.logging.LogManager;

/**
 * Keeps the handlers while the process shuts down. The JDK's manager removes them in a shutdown hook of its own, so
 * that the lines of everybody else's hooks, which are the ones to read after a bad stop, are lost by chance.
 * Public, with a public constructor, because the JDK creates it by name.
 */
public final class ProcessLogManager extends LogManager {
    @Override
    public void reset() {
        // Logging sets handlers and levels itself; nothing else may take them away.
    }
}
