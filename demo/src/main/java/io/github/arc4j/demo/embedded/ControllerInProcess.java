package io.github.arc4j.demo.embedded;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.github.arc4j.controller.Reconcilers;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettings;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettingsBuilder;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.controller.options.ReconcilerSettings;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.http.MetricsHandler;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.runtime.Manager;
import io.github.arc4j.runtime.ManagerSettings;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.events.KubernetesEventRecorder;
import io.github.arc4j.runtime.metrics.RuntimeMetrics;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/** The controller in this process, assembled from the same parts as the controller process. */
final class ControllerInProcess implements AutoCloseable {
    /** The user agent of its requests to the API server. */
    static final String USER_AGENT = "gha-runner-scale-set-controller";

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final int RUNNER_CONCURRENCY = 50;

    private final Manager manager;

    private ControllerInProcess(Manager manager) {
        this.manager = manager;
    }

    /**
     * Starts the controller; it becomes ready some time later.
     *
     * @param console address that serves the web console; empty for no console
     */
    static ControllerInProcess start(
            URI apiServer, String namespace, ListenerShards shards, Optional<ListenAddress> console) {
        CollectorRegistry registry = new CollectorRegistry();
        RuntimeMetrics metrics = RuntimeMetrics.register(registry);
        Config access = new ConfigBuilder(Config.empty())
                .withMasterUrl(apiServer.toString())
                .build();
        KubernetesApi api =
                KubernetesApi.connect(access, USER_AGENT, metrics.restClient(), KubernetesApi.Serialization.create());
        KubernetesEventRecorder events = new KubernetesEventRecorder(api, USER_AGENT);
        Manager manager =
                new Manager(api, ManagerSettings.of(null, null), new MetricsHandler(registry), metrics.leader(), null);
        Reconcilers.register(
                manager, api, settings(namespace, shards, console), metrics, registry, events, api::isBusy);
        manager.closeAtEnd(events);
        manager.closeAtEnd(api);
        Thread.ofVirtual().name("manager").start(new FutureTask<>(manager::run));
        return new ControllerInProcess(manager);
    }

    private static ReconcilerSettings settings(
            String namespace, ListenerShards shards, Optional<ListenAddress> console) {
        ListenerSettings listeners = new ListenerSettings("/ghalistener", LogLevel.DEBUG, LogFormat.TEXT, "", "");
        return ReconcilerSettings.builder()
                .controllerNamespace(namespace)
                .listenerImage("arc4j")
                .runnerConcurrency(RUNNER_CONCURRENCY)
                .listeners(ListenerSettingsBuilder.builder(listeners)
                        .shards(shards)
                        .build())
                .userAgent(BuildInfo.current().userAgent(0, "gha-scale-set-controller"))
                .consoleAddress(console)
                .build();
    }

    @Override
    public void close() {
        manager.stop();
        manager.awaitEnd(STOP_TIMEOUT);
    }
}
