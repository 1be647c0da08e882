package io.github.arc4j.listener;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.process.HealthHandler;
import io.github.arc4j.process.HttpEndpoint;
import io.github.arc4j.process.ListenAddress;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.MetricsHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a listener process consists of: one listener with its clients, and its HTTP endpoints. */
final class ListenerProcess implements AutoCloseable {
    /** The service answers a poll after 50 seconds; the session must be gone before the kubelet kills the process. */
    private static final Timeouts TIMEOUTS =
            new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofSeconds(3));

    /** Short: the listener's own pauses follow, which metrics and probes can see. */
    private static final RetrySettings RETRIES =
            new RetrySettings(3, Duration.ofMillis(250), 2, Duration.ofSeconds(5), 0.3, Duration.ofSeconds(5));

    private final ActionsClient client;
    private final KubeRunnerSetPatches patches;
    private final Listener listener;
    private final List<HttpEndpoint> endpoints = new ArrayList<>();

    /**
     * Starts the endpoints.
     *
     * @param configFile read again for credentials whenever a token is needed: a changed Secret reaches the file
     * @throws IOException if an address cannot be listened on
     */
    ListenerProcess(ListenerConfig config, Path configFile, KubeEndpoint kube, Map<String, String> environment)
            throws IOException {
        ConfigUrl url = ConfigUrl.parse(config.configureUrl());
        ListenerMetrics metrics = new ListenerMetrics(config, url);
        this.client = client(config, url, configFile, metrics, environment);
        this.patches = new KubeRunnerSetPatches(
                kube, config.ephemeralRunnerSetNamespace(), config.ephemeralRunnerSetName(), metrics, Timing.SYSTEM);
        this.listener = new Listener(config, client, patches, metrics, owner(environment), Timing.SYSTEM);
        String health = environment.getOrDefault("LISTENER_HEALTH_ADDR", "");
        if (!config.metricsAddr().isEmpty()) {
            String path = config.metricsEndpoint().isEmpty() ? "/metrics" : config.metricsEndpoint();
            endpoints.add(withProbes(config.metricsAddr())
                    .handle(path, MetricsHandler.countingErrors(metrics.registry()))
                    .start());
        }
        if (!health.isEmpty() && !health.equals(config.metricsAddr())) {
            endpoints.add(withProbes(health).start());
        }
    }

    private HttpEndpoint.Builder withProbes(String address) {
        return HttpEndpoint.builder(ListenAddress.parse(address))
                .handle("/healthz", new HealthHandler(listener::livenessProblem))
                .handle("/readyz", new HealthHandler(listener::readinessProblem));
    }

    private static ActionsClient client(
            ListenerConfig config,
            ConfigUrl url,
            Path configFile,
            ListenerMetrics metrics,
            Map<String, String> environment) {
        BuildInfo build = BuildInfo.current();
        ActionsClient.Builder client = ActionsClient.builder(
                        url,
                        () -> ListenerCredentials.read(
                                ListenerConfig.read(Files.readAllBytes(configFile)), environment))
                .userAgent(new UserAgent(
                        "actions-runner-controller",
                        build.version(),
                        build.commit(),
                        config.runnerScaleSetId(),
                        "ghalistener"))
                .proxy(ProxySettings.fromEnvironment(environment))
                .timeouts(TIMEOUTS)
                .retry(RETRIES)
                .metrics(metrics.clientMetrics());
        if (!config.serverRootCa().isEmpty()) {
            client.trust(config.serverRootCa());
        }
        return client.build();
    }

    /** The pod's name, unless its template sets another host name. */
    private static String owner(Map<String, String> environment) {
        String host = environment.getOrDefault("HOSTNAME", "");
        return host.isEmpty() ? UUID.randomUUID().toString() : host;
    }

    /** Ports of the endpoints: metrics, if wanted, then probes, if wanted. */
    List<Integer> ports() {
        return endpoints.stream().map(HttpEndpoint::port).toList();
    }

    /** Listens until closed. */
    void run() {
        listener.run();
    }

    /** Ends the session and everything else, below 5 seconds. */
    @Override
    public void close() {
        listener.close();
        endpoints.forEach(HttpEndpoint::close);
        patches.close();
        client.close();
    }
}
