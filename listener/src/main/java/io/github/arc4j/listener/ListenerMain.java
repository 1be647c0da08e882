package io.github.arc4j.listener;

import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.LogFormat;
import io.github.arc4j.process.LogLevel;
import io.github.arc4j.process.LogStyle;
import io.github.arc4j.process.Logging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The listener's process. Environment: {@code LISTENER_CONFIG_PATH} (required), {@code LISTENER_HEALTH_ADDR} (where
 * {@code /healthz} and {@code /readyz} are served, beside the metrics' address; none if absent), proxy variables. It
 * ends with code 0 on SIGTERM, and with 1 and a termination message for what only another configuration or a new
 * process can heal.
 */
public final class ListenerMain {
    private static final Path TERMINATION_LOG = Path.of("/dev/termination-log");

    /** No static logger here: logging is set up by the configuration. */
    private ListenerMain() {}

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        AtomicInteger exitCode = new AtomicInteger();
        try {
            run(System.getenv(), exitCode);
        } catch (ConfigException e) {
            fail(exitCode, String.valueOf(e.getMessage()));
        } catch (IOException | IllegalArgumentException e) {
            fail(exitCode, "Application returned an error: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            fail(exitCode, "Application returned an error: " + e);
        }
    }

    private static final class ConfigException extends Exception {
        ConfigException(String message) {
            super(message);
        }
    }

    private static void run(Map<String, String> environment, AtomicInteger exitCode)
            throws ConfigException, IOException {
        String path = environment.getOrDefault("LISTENER_CONFIG_PATH", "");
        if (path.isEmpty()) {
            throw new ConfigException("Error: LISTENER_CONFIG_PATH environment variable is not set");
        }
        ListenerConfig config = read(Path.of(path));
        Logging.configure(
                LogStyle.LISTENER, LogLevel.parse(config.logLevel()), LogFormat.parse(config.logFormat()), Map.of());
        ListenerProcess process =
                new ListenerProcess(config, Path.of(path), KubeEndpoint.inCluster(environment), environment);
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

    private static ListenerConfig read(Path file) throws ConfigException {
        try {
            ListenerConfig config = ListenerConfig.read(Files.readAllBytes(file));
            config.validate();
            ListenerCredentials.check(config, System.getenv());
            return config;
        } catch (NoSuchFileException e) {
            throw new ConfigException("Failed to read config: no file " + file);
        } catch (IOException e) {
            throw new ConfigException("Failed to read config: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ConfigException("Failed to read config: failed to validate configuration: " + e.getMessage());
        }
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
