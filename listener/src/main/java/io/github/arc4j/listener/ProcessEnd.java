package io.github.arc4j.listener;

import io.github.arc4j.process.log.ShutdownHook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/** How a listener's process exits: with code 0 on SIGTERM, with 1 and a termination message after a failure. */
public final class ProcessEnd {
    private static final Path TERMINATION_LOG = Path.of("/dev/termination-log");

    private final AtomicInteger exitCode = new AtomicInteger();

    /** Registers an action that runs when the process shuts down; the process exits when the action returns. */
    public void closes(Runnable close) {
        ShutdownHook.register(() -> {
            close.run();
            return exitCode.get();
        });
    }

    /** Writes the message to stderr and to the pod's termination message, and ends the process. */
    public void fail(String message) {
        exitCode.set(1);
        System.err.println(message);
        try {
            Files.writeString(TERMINATION_LOG, message, StandardOpenOption.WRITE);
        } catch (IOException e) {
            // Not running in a pod.
        }
        System.exit(1);
    }
}
