package io.github.arc4j.listener.shared;

import io.github.arc4j.listener.ProcessEnd;
import io.github.arc4j.listener.kube.KubeEndpoint;
import io.github.arc4j.process.log.LogStyle;
import io.github.arc4j.process.log.Logging;
import java.io.IOException;
import java.util.Map;

/**
 * The main class of a shared listener. Environment: {@code LISTENER_SHARD} and {@code LISTENER_NAMESPACE} (required),
 * {@code LISTENER_HEALTH_ADDR}, {@code LISTENER_METRICS_ADDR}, {@code LISTENER_METRICS_ENDPOINT}, {@code
 * LISTENER_LOG_LEVEL}, {@code LISTENER_LOG_FORMAT}, {@code LISTENER_VAULT_CERTIFICATES}, {@code HOSTNAME} (the pod's
 * name), proxy variables, {@code SSL_CERT_FILE}, {@code SSL_CERT_DIR}. It exits with code 0 on SIGTERM.
 */
public final class SharedListenerMain {
    /** No static logger here: the environment sets up logging. */
    private SharedListenerMain() {}

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        ProcessEnd end = new ProcessEnd();
        try {
            run(System.getenv(), end);
        } catch (IOException | IllegalArgumentException e) {
            end.fail("Error: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            end.fail("Error: " + e);
        }
    }

    private static void run(Map<String, String> environment, ProcessEnd end) throws IOException {
        SharedListenerSettings settings = SharedListenerSettings.of(environment);
        Logging.configure(LogStyle.LISTENER, settings.logLevel(), settings.logFormat(), Map.of());
        SharedListenerProcess process =
                new SharedListenerProcess(settings, KubeEndpoint.inCluster(environment), environment);
        end.closes(process::close);
        process.run();
    }
}
