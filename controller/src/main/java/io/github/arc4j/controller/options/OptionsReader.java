package io.github.arc4j.controller.options;

import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.controller.autoscalingrunnerset.derived.UpdateStrategy;
import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.github.credentials.VaultCertificates;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.tracing.TracesCollector;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.runtime.queue.WorkQueue;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Builds {@link ManagerOptions} from flags and environment variables. */
final class OptionsReader {
    /**
     * A reconcile that waits costs only a virtual thread, so a lower limit would save nothing and delay every burst of
     * jobs.
     */
    private static final int MIN_CONCURRENCY = 64;

    private static final String OFF = "0";
    private static final String DEFAULT_METRICS_ADDRESS = ":8080";
    /** Only reachable in the pod, so that the permission to forward ports controls the access. */
    private static final ListenAddress CONSOLE_ADDRESS = new ListenAddress("127.0.0.1", 8090);

    static final List<Flag> FLAGS = List.of(
            Flag.bool("auto-scaling-runner-set-only", "Accepted for compatibility; always on."),
            LeaderElectionFlags.ENABLED,
            LeaderElectionFlags.ID,
            LeaderElectionFlags.LEASE_DURATION,
            LeaderElectionFlags.RENEW_DEADLINE,
            LeaderElectionFlags.RETRY_PERIOD,
            Flag.text("metrics-addr", DEFAULT_METRICS_ADDRESS, "Address that serves metrics; 0 disables it."),
            ListenerFlags.METRICS_ADDRESS,
            ListenerFlags.METRICS_ENDPOINT,
            ListenerFlags.MODE,
            ListenerFlags.REPLICAS,
            ListenerFlags.SHARED_NAME,
            ListenerFlags.SHARED_TEMPLATE,
            ListenerFlags.SHARED_VAULT_NAMESPACES,
            ListenerFlags.CA_BUNDLE,
            ListenerFlags.TEMPLATE,
            ListenerFlags.TEMPLATE_METADATA,
            Flag.text(
                    "vault-certificate-directory",
                    "/vault-certificates",
                    "Directory of client certificates for vaults, with one subdirectory per namespace; a scale set may"
                            + " use only the files of its own namespace. any: allow every path."),
            Flag.text("health-probe-bind-address", "", "Address that serves /healthz and /readyz."),
            Flag.integer(
                    "runner-max-concurrent-reconciles",
                    2,
                    "Maximum number of runners reconciled concurrently (at least 64)."),
            Flag.duration(
                    "runner-start-timeout",
                    "20m",
                    "How long a runner pod may make no progress while its node starts it. Running init containers"
                            + " count as progress."),
            Flag.text("watch-namespace", "", "Namespace to watch."),
            Flag.text("watch-single-namespace", "", "Namespace to watch in addition to the controller's own."),
            Flag.texts(
                    "credentials-namespace",
                    "Namespace that holds the GitHub credentials of another namespace's scale sets, as"
                            + " team-a=team-a-credentials. Repeatable."),
            Flag.texts(
                    "exclude-label-propagation-prefix",
                    "Prefix of labels that are not propagated to generated objects. Repeatable."),
            Flag.texts("auto-scaler-image-pull-secrets", "Image pull Secret of listener pods. Repeatable."),
            Flag.text("log-level", "debug", "debug, info, warn or error."),
            Flag.text("log-format", "text", "text or json."),
            Flag.text(
                    "workqueue-rate-limiter",
                    "",
                    "Backoff after failures: bucket_rate_limiter (5 ms to 1000 s) or typed_rate_limiter (from 1 ms)."),
            Flag.text(
                    "update-strategy",
                    "immediate",
                    "When changes take effect: immediate, or eventual (after running jobs finish)."),
            Flag.texts(
                    "allowed-github-hosts",
                    "Host that spec.githubConfigUrl may name, over TLS unless the value begins with http://. Without"
                            + " this flag, any host. Repeatable."),
            Flag.text(
                    "otlp-endpoint",
                    "",
                    "Base URL of an OpenTelemetry collector, such as http://collector:4318, that receives a trace of"
                            + " each job over OTLP/HTTP. Empty: no traces."),
            Flag.bool("console", "Serve the web console on port 8090 of 127.0.0.1, for kubectl port-forward."),
            Flag.bool(
                    "report-uninstalled",
                    "Mark every AutoscalingRunnerSet as left without a controller (condition Ready, Event), and exit."
                            + " The chart runs this when it is uninstalled."),
            Flag.bool(
                    "upgrade-crds",
                    "Upgrade the CustomResourceDefinitions to those of this version, and exit. The chart runs this"
                            + " before an upgrade."),
            Flag.text("kubeconfig", "", "Path of a kubeconfig file."));

    private final FlagParser flags = new FlagParser(
            Stream.concat(FLAGS.stream(), IgnoredFlags.ALL.stream()).toList());
    private final Map<String, String> environment;

    OptionsReader(List<String> arguments, Map<String, String> environment) throws OptionsException {
        this.environment = environment;
        flags.parse(arguments);
    }

    ManagerOptions read() throws OptionsException {
        ReconcilerSettings reconcilers = reconcilers();
        String metrics = flags.text("metrics-addr");
        return new ManagerOptions(
                flags.isTrue(LeaderElectionFlags.ENABLED.name()),
                LeaderElectionFlags.id(flags),
                LeaderElectionFlags.identity(environment),
                LeaderElectionFlags.timing(flags),
                address("metrics-addr", metrics.isEmpty() ? DEFAULT_METRICS_ADDRESS : metrics),
                !metrics.isEmpty() && !metrics.equals(OFF),
                address("health-probe-bind-address", flags.text("health-probe-bind-address")),
                reconcilers.listeners().logLevel(),
                reconcilers.listeners().logFormat(),
                flags.text("kubeconfig"),
                reconcilers,
                flags.isTrue("report-uninstalled"),
                flags.isTrue("upgrade-crds"),
                IgnoredFlags.given(flags));
    }

    private ReconcilerSettings reconcilers() throws OptionsException {
        String namespace = required("CONTROLLER_MANAGER_POD_NAMESPACE");
        VaultCertificates vaultCertificates = checked(
                "vault-certificate-directory",
                () -> VaultCertificates.parse(flags.text("vault-certificate-directory")));
        return new ReconcilerSettings(
                namespace,
                watchedNamespaces(namespace),
                checked("credentials-namespace", () -> CredentialsNamespaces.of(flags.all("credentials-namespace"))),
                required("CONTROLLER_MANAGER_CONTAINER_IMAGE"),
                flags.all("auto-scaler-image-pull-secrets"),
                flags.all("exclude-label-propagation-prefix"),
                runnerConcurrency(),
                runnerStartTimeout(),
                ListenerFlags.settings(flags, environment, logLevel(), logFormat(), vaultCertificates),
                BuildInfo.current().userAgent(0, "gha-scale-set-controller"),
                new ReconcilerSettings.Environment(environment),
                vaultCertificates,
                backoff(),
                updateStrategy(),
                checked("allowed-github-hosts", () -> AllowedGitHubHosts.of(flags.all("allowed-github-hosts"))),
                checked(
                        "otlp-endpoint",
                        () -> TracesCollector.parse(
                                flags.text("otlp-endpoint"),
                                environment.getOrDefault("OTEL_EXPORTER_OTLP_HEADERS", ""))),
                flags.isTrue("console") ? Optional.of(CONSOLE_ADDRESS) : Optional.empty());
    }

    private String required(String variable) throws OptionsException {
        String value = environment.getOrDefault(variable, "");
        if (value.isEmpty()) {
            throw OptionsException.invalid("environment variable " + variable + " is not set");
        }
        return value;
    }

    static Optional<ListenAddress> address(String flag, String value) throws OptionsException {
        return value.isEmpty() || value.equals(OFF)
                ? Optional.empty()
                : Optional.of(checked(flag, () -> ListenAddress.parse(value)));
    }

    private int runnerConcurrency() throws OptionsException {
        int concurrency = flags.integer("runner-max-concurrent-reconciles");
        if (concurrency < 1) {
            throw OptionsException.invalid("--runner-max-concurrent-reconciles must be at least 1: " + concurrency);
        }
        return Math.max(concurrency, MIN_CONCURRENCY);
    }

    private Duration runnerStartTimeout() throws OptionsException {
        Duration timeout = flags.duration("runner-start-timeout");
        if (timeout.compareTo(Duration.ofMinutes(1)) < 0) {
            throw OptionsException.invalid(
                    "--runner-start-timeout must be at least 1m: " + flags.text("runner-start-timeout"));
        }
        return timeout;
    }

    private Set<String> watchedNamespaces(String own) {
        Set<String> namespaces = new LinkedHashSet<>();
        if (!flags.text("watch-namespace").isEmpty()) {
            namespaces.add(flags.text("watch-namespace"));
        }
        if (!flags.text("watch-single-namespace").isEmpty()) {
            namespaces.add(flags.text("watch-single-namespace"));
            namespaces.add(own);
        }
        return namespaces;
    }

    /** @param value throws IllegalArgumentException if the flag's value is not valid */
    static <T> T checked(String flag, Supplier<T> value) throws OptionsException {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw OptionsException.invalid("--" + flag + ": " + e.getMessage());
        }
    }

    private LogLevel logLevel() throws OptionsException {
        try {
            return LogLevel.parse(flags.text("log-level"));
        } catch (IllegalArgumentException e) {
            throw OptionsException.invalid("Error: creating logger: " + e.getMessage());
        }
    }

    private LogFormat logFormat() throws OptionsException {
        try {
            return LogFormat.parse(flags.text("log-format"));
        } catch (IllegalArgumentException e) {
            throw OptionsException.invalid("Error: creating logger: invalid log format specified");
        }
    }

    private Backoff backoff() throws OptionsException {
        String limiter = flags.text("workqueue-rate-limiter");
        return switch (limiter) {
            case "", "bucket_rate_limiter" -> WorkQueue.DEFAULT_BACKOFF;
            case "typed_rate_limiter" -> Backoff.doubling(Duration.ofMillis(1), WorkQueue.DEFAULT_BACKOFF.longest());
            default ->
                throw OptionsException.invalid(
                        "--workqueue-rate-limiter must be bucket_rate_limiter or typed_rate_limiter: " + limiter);
        };
    }

    private UpdateStrategy updateStrategy() {
        // As in the Go system, any other value means the default.
        return flags.text("update-strategy").equals("eventual") ? UpdateStrategy.EVENTUAL : UpdateStrategy.IMMEDIATE;
    }
}
