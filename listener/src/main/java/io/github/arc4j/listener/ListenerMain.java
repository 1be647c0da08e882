package io.github.arc4j.listener;

import io.github.arc4j.listener.kube.KubeEndpoint;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.process.log.LogStyle;
import io.github.arc4j.process.log.Logging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The main class of a dedicated listener. Environment: {@code LISTENER_CONFIG_PATH} (required), {@code
 * LISTENER_HEALTH_ADDR} (where {@code /healthz} and {@code /readyz} are served, in addition to the metrics' address;
 * nowhere else if absent), proxy variables, {@code SSL_CERT_FILE}, {@code SSL_CERT_DIR}. It exits with code 0 on
 * SIGTERM, and with 1 and a termination message after an error that only another configuration or a new process can
 * fix.
 */
public final class ListenerMain {
    /** No static logger here: the configuration sets up logging. */
    private ListenerMain() {}

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        ProcessEnd end = new ProcessEnd();
        try {
            run(System.getenv(), end);
        } catch (ConfigException e) {
            end.fail(String.valueOf(e.getMessage()));
        } catch (IOException | IllegalArgumentException e) {
            end.fail("Application returned an error: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            end.fail("Application returned an error: " + e);
        }
    }

    private static final class ConfigException extends Exception {
        ConfigException(String message) {
            super(message);
        }
    }

    private static void run(Map<String, String> environment, ProcessEnd end) throws ConfigException, IOException {
        String path = environment.getOrDefault("LISTENER_CONFIG_PATH", "");
        if (path.isEmpty()) {
            throw new ConfigException("Error: LISTENER_CONFIG_PATH environment variable is not set");
        }
        ListenerConfig config = read(Path.of(path));
        Logging.configure(
                LogStyle.LISTENER, LogLevel.parse(config.logLevel()), LogFormat.parse(config.logFormat()), Map.of());
        ListenerProcess process =
                new ListenerProcess(config, Path.of(path), KubeEndpoint.inCluster(environment), environment);
        end.closes(process::close);
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
}
