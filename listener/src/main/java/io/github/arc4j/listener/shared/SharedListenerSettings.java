package io.github.arc4j.listener.shared;

import io.github.arc4j.listener.Listener;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.vault.CertificateDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a shared listener, from its environment.
 *
 * @param shard number of this process: it hosts the AutoscalingListeners that have this number in a label
 * @param namespace namespace of these objects, which is the controller's
 * @param healthAddress where probes are served; empty disables them
 * @param metricsAddress where metrics are served; empty disables them
 * @param metricsPath path of the metrics
 * @param vaultCertificates the certificates with which scale sets sign in to their vaults; empty if none may be hosted
 * @param holder name of this pod, which holds the message sessions
 */
public record SharedListenerSettings(
        int shard,
        String namespace,
        Optional<ListenAddress> healthAddress,
        Optional<ListenAddress> metricsAddress,
        String metricsPath,
        LogLevel logLevel,
        LogFormat logFormat,
        Optional<CertificateDirectory> vaultCertificates,
        String holder) {
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /**
     * Reads the environment.
     *
     * @throws IllegalArgumentException lists all errors
     */
    public static SharedListenerSettings of(Map<String, String> environment) {
        Reader reader = new Reader(environment);
        SharedListenerSettings settings = new SharedListenerSettings(
                reader.read("LISTENER_SHARD", null, SharedListenerSettings::shard, 0),
                reader.read("LISTENER_NAMESPACE", null, SharedListenerSettings::namespace, ""),
                reader.read("LISTENER_HEALTH_ADDR", "", SharedListenerSettings::address, Optional.empty()),
                reader.read("LISTENER_METRICS_ADDR", "", SharedListenerSettings::address, Optional.empty()),
                reader.read("LISTENER_METRICS_ENDPOINT", "/metrics", SharedListenerSettings::path, ""),
                reader.read("LISTENER_LOG_LEVEL", "info", LogLevel::parse, LogLevel.INFO),
                reader.read("LISTENER_LOG_FORMAT", "text", LogFormat::parse, LogFormat.TEXT),
                reader.read("LISTENER_VAULT_CERTIFICATES", "", SharedListenerSettings::certificates, Optional.empty()),
                Listener.owner(environment));
        reader.check();
        return settings;
    }

    private static int shard(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Handled like a negative number.
        }
        throw new IllegalArgumentException("must be an integer of at least 0");
    }

    private static String namespace(String text) {
        if (!NAMESPACE.matcher(text).matches()) {
            throw new IllegalArgumentException("must be the name of a namespace");
        }
        return text;
    }

    /** {@code 0} means none, as in the controller's flag. */
    private static Optional<ListenAddress> address(String text) {
        return text.isEmpty() || text.equals("0") ? Optional.empty() : Optional.of(ListenAddress.parse(text));
    }

    private static Optional<CertificateDirectory> certificates(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(CertificateDirectory.parse(text));
    }

    private static String path(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("must begin with a slash");
        }
        return text;
    }

    private static final class Reader {
        private final Map<String, String> environment;
        private final List<String> problems = new ArrayList<>();

        Reader(Map<String, String> environment) {
            this.environment = environment;
        }

        /**
         * @param preset the value if the variable is absent or empty; null if it must be set
         * @param onError returned after recording an error
         */
        <T> T read(String variable, @Nullable String preset, Function<String, T> parser, T onError) {
            String text = environment.getOrDefault(variable, "");
            if (text.isEmpty()) {
                if (preset == null) {
                    problems.add(variable + " is not set");
                    return onError;
                }
                text = preset;
            }
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                problems.add(variable + "=\"" + text + "\": " + e.getMessage());
                return onError;
            }
        }

        void check() {
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
        }
    }
}
