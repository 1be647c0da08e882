package io.github.arc4j.process.log;

import java.util.function.IntSupplier;

/**
 * Runs an action when the process shuts down, and then halts the process with the exit code that the action returns:
 * the JVM's own exit code after a signal would report that the process was killed. Nothing that the action logs is
 * lost.
 */
public final class ShutdownHook extends Thread {
    private final IntSupplier action;

    private ShutdownHook(IntSupplier action) {
        super("shutdown");
        this.action = action;
    }

    /** @param action returns the exit code; a process should register only one */
    public static void register(IntSupplier action) {
        Runtime.getRuntime().addShutdownHook(new ShutdownHook(action));
    }

    @Override
    public void run() {
        Logging.endDelay();
        Runtime.getRuntime().halt(action.getAsInt());
    }
}
