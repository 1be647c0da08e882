package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.CredentialsSource;
import io.github.arc4j.actions.HttpConnections;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.SystemCertificates;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.listener.Listener;
import io.github.arc4j.listener.ListenerClient;
import io.github.arc4j.listener.ListenerCredentials;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeEndpoint;
import io.github.arc4j.listener.kube.KubeRunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.http.HealthHandler;
import io.github.arc4j.process.http.HttpEndpoint;
import io.github.arc4j.process.http.HttpHandler;
import io.github.arc4j.process.http.MetricsHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of a shared listener's process. */
public final class SharedListenerProcess implements AutoCloseable {
    private final Timing timing;
    private final SharedListenerSettings settings;
    private final Map<String, String> environment;
    private final KubeClient kube;
    private final ListenerSecrets secrets;
    private final HttpConnections connections = new HttpConnections();
    private final SystemCertificates certificates;
    private final Optional<HostedVaults> vaults;
    private final SharedMetrics metrics = new SharedMetrics();
    private final ListenerHost host;
    private final ListenerWatch watch;
    private final List<HttpEndpoint> endpoints = new ArrayList<>();

    /**
     * Starts the endpoints.
     *
     * @param environment for the proxies of listeners without their own, and the certificates of all
     * @throws IOException if an address cannot be listened on
     */
    public SharedListenerProcess(
            SharedListenerSettings settings, KubeEndpoint apiServer, Map<String, String> environment)
            throws IOException {
        this(settings, apiServer, environment, Timing.SYSTEM);
    }

    SharedListenerProcess(
            SharedListenerSettings settings, KubeEndpoint apiServer, Map<String, String> environment, Timing timing)
            throws IOException {
        this.timing = timing;
        this.settings = settings;
        this.environment = environment;
        this.certificates = SystemCertificates.fromEnvironment(environment);
        this.vaults = settings.vaultCertificates().map(directory -> new HostedVaults(directory, environment));
        this.kube = new KubeClient(apiServer, "ghasharedlistener");
        this.secrets = new ListenerSecrets(kube, settings.namespace(), ProxySettings.fromEnvironment(environment));
        this.host = new ListenerHost(this::host, timing);
        this.watch = new ListenerWatch(kube, settings.namespace(), settings.shard(), host, timing);
        Map<String, HttpHandler> probes = HealthHandler.probes(watch::livenessProblem, this::readinessProblem);
        if (settings.metricsAddress().isPresent()) {
            Map<String, HttpHandler> handlers = new HashMap<>(probes);
            handlers.put(settings.metricsPath(), MetricsHandler.countingErrors(metrics.registry()));
            endpoints.add(HttpEndpoint.start(settings.metricsAddress().get(), handlers));
        }
        if (settings.healthAddress().isPresent() && !settings.healthAddress().equals(settings.metricsAddress())) {
            endpoints.add(HttpEndpoint.start(settings.healthAddress().get(), probes));
        }
    }

    private Optional<String> readinessProblem() {
        return watch.synced() ? Optional.empty() : Optional.of("AutoscalingListeners have not been listed yet");
    }

    private HostedListener host(AssignedListener listener) {
        SessionReport report = new SessionReport(kube, settings.namespace(), listener, settings.holder());
        AbandonedSession abandoned =
                new AbandonedSession(listener.session(), settings.holder(), kube, settings.namespace());
        return new HostedListener(
                listener,
                secrets,
                inputs -> listen(listener, inputs, report, abandoned),
                () -> metrics.leave(listener.uid()),
                report,
                timing);
    }

    /** @throws IllegalArgumentException if only another configuration can fix the error */
    private CredentialsSource credentials(ListenerSecrets.Inputs inputs) {
        ListenerConfig config = inputs.config();
        if (config.vaultType().isEmpty()) {
            return () -> ListenerCredentials.read(config, environment);
        }
        HostedVaults hosted = vaults.orElseThrow(
                () -> new IllegalArgumentException("this shared listener has no certificates for vaults"));
        hosted.check(config, inputs.proxies());
        return () -> hosted.read(config, inputs.proxies());
    }

    private ListenerRun listen(
            AssignedListener listener,
            ListenerSecrets.Inputs inputs,
            SessionReport report,
            AbandonedSession abandoned) {
        ListenerConfig config = inputs.config();
        CredentialsSource credentials = credentials(inputs);
        ConfigUrl url = ConfigUrl.parse(config.configureUrl());
        ListenerMetrics own = metrics.join(listener.uid(), config, url);
        ActionsClient client = ListenerClient.builder(config, url, credentials, own)
                .proxy(inputs.proxies())
                .systemCertificates(certificates)
                .connections(connections)
                .build();
        KubeRunnerSetPatches patches = new KubeRunnerSetPatches(
                kube, config.ephemeralRunnerSetNamespace(), config.ephemeralRunnerSetName(), own, timing);
        return new ListenerRun(
                new Listener(config, client, patches, own, settings.holder(), timing, report),
                client,
                abandoned,
                config.runnerScaleSetId());
    }

    /** Ports of the endpoints: metrics if configured, then probes if configured. */
    public List<Integer> ports() {
        return endpoints.stream().map(HttpEndpoint::port).toList();
    }

    /** Hosts listeners until interrupted. */
    public void run() {
        watch.run();
    }

    /** Ends all sessions and everything else, in less than 5 seconds. */
    @Override
    public void close() {
        host.close();
        endpoints.forEach(HttpEndpoint::close);
        kube.close();
    }
}
