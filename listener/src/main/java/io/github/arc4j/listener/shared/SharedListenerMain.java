package io.github.arc4j.listener.shared;

import io.github.arc4j.listener.KubeEndpoint;
import io.github.arc4j.process.LogStyle;
import io.github.arc4j.process.Logging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The process that hosts listeners. Environment: {@code LISTENER_SHARD} and {@code LISTENER_NAMESPACE} (required), {@code
 * LISTENER_HEALTH_ADDR}, {@code LISTENER_METRICS_ADDR}, {@code LISTENER_METRICS_ENDPOINT}, {@code LISTENER_LOG_LEVEL},
 * {@code LISTENER_LOG_FORMAT}, {@code HOSTNAME} (the pod's name), proxy variables. It ends with code 0 on SIGTERM.
 */
public final class SharedListenerMain {
    private static final Path TERMINATION_LOG = Path.of("/dev/termination-log");

    /** No static logger here: logging is set up by the environment. */
    private SharedListenerMain() {}

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        AtomicInteger exitCode = new AtomicInteger();
        try {
            run(System.getenv(), exitCode);
        } catch (IOException | IllegalArgumentException e) {
            fail(exitCode, "Error: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            fail(exitCode, "Error: " + e);
        }
    }

    private static void run(Map<String, String> environment, AtomicInteger exitCode) throws IOException {
        SharedListenerSettings settings = SharedListenerSettings.of(environment);
        Logging.configure(LogStyle.LISTENER, settings.logLevel(), settings.logFormat(), Map.of());
        SharedListenerProcess process =
                new SharedListenerProcess(settings, KubeEndpoint.inCluster(environment), environment);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            process.close();
                            // The JVM's own exit code after a signal says that it was killed.
                            Runtime.getRuntime().halt(exitCode.get());
                        },
                        "shutdown"));
        process.run();
    }

    /** Tells the log and the pod's status why, and ends the process. */
    private static void fail(AtomicInteger exitCode, String message) {
        exitCode.set(1);
        System.err.println(message);
        try {
            Files.writeString(TERMINATION_LOG, message, StandardOpenOption.WRITE);
        } catch (IOException e) {
            // Not in a pod.
        }
        System.exit(1);
    }
}
