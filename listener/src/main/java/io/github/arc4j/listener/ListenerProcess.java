package io.github.arc4j.listener;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.SystemCertificates;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeEndpoint;
import io.github.arc4j.listener.kube.KubeRunnerSetPatches;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.http.HealthHandler;
import io.github.arc4j.process.http.HttpEndpoint;
import io.github.arc4j.process.http.HttpHandler;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.http.MetricsHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parts of a dedicated listener's process: one listener with its clients, and its HTTP endpoints. */
final class ListenerProcess implements AutoCloseable {
    private final ActionsClient client;
    private final KubeClient kube;
    private final Listener listener;
    private final List<HttpEndpoint> endpoints = new ArrayList<>();

    /**
     * Starts the endpoints.
     *
     * @param configFile read again for credentials whenever a token is needed, because a change of the Secret changes
     *     the file
     * @throws IOException if an address cannot be listened on
     */
    ListenerProcess(ListenerConfig config, Path configFile, KubeEndpoint apiServer, Map<String, String> environment)
            throws IOException {
        ConfigUrl url = ConfigUrl.parse(config.configureUrl());
        ListenerMetrics metrics = new ListenerMetrics(config, url);
        this.client = ListenerClient.builder(
                        config,
                        url,
                        () -> ListenerCredentials.read(
                                ListenerConfig.read(Files.readAllBytes(configFile)), environment),
                        metrics)
                .proxy(ProxySettings.fromEnvironment(environment))
                .systemCertificates(SystemCertificates.fromEnvironment(environment))
                .build();
        this.kube = new KubeClient(apiServer, "ghalistener");
        RunnerSetPatches patches = new KubeRunnerSetPatches(
                kube, config.ephemeralRunnerSetNamespace(), config.ephemeralRunnerSetName(), metrics, Timing.SYSTEM);
        this.listener = new Listener(
                config, client, patches, metrics, Listener.owner(environment), Timing.SYSTEM, SessionObserver.NONE);
        Map<String, HttpHandler> probes = HealthHandler.probes(listener::livenessProblem, listener::readinessProblem);
        String health = environment.getOrDefault("LISTENER_HEALTH_ADDR", "");
        if (!config.metricsAddr().isEmpty()) {
            String path = config.metricsEndpoint().isEmpty() ? "/metrics" : config.metricsEndpoint();
            Map<String, HttpHandler> handlers = new HashMap<>(probes);
            handlers.put(path, MetricsHandler.countingErrors(metrics.registry()));
            endpoints.add(HttpEndpoint.start(ListenAddress.parse(config.metricsAddr()), handlers));
        }
        if (!health.isEmpty() && !health.equals(config.metricsAddr())) {
            endpoints.add(HttpEndpoint.start(ListenAddress.parse(health), probes));
        }
    }

    void run() {
        Thread trim = Thread.ofVirtual().name("heap-trim").start(new HeapTrim(Timing.SYSTEM, HeapTrim.Heap.OF_THE_JVM));
        try {
            listener.run();
        } finally {
            trim.interrupt();
        }
    }

    /** Deletes the session and releases everything else, in less than 5 seconds. */
    @Override
    public void close() {
        listener.close();
        endpoints.forEach(HttpEndpoint::close);
        kube.close();
        client.close();
    }
}
