package io.github.arc4j.demo.embedded;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.listener.Listener;
import io.github.arc4j.listener.ListenerClient;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeEndpoint;
import io.github.arc4j.listener.kube.KubeRunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The listener container, with its configuration from the pod's Secret.
 *
 * @param api URL of the API server, completed before it has pods
 */
record ListenerContainer(CompletableFuture<URI> api) {
    static final String NAME = "listener";

    private static final String CONFIG_VOLUME = "listener-config";
    private static final String CONFIG_FILE = "config.json";

    /** Runs the listener until interrupted. */
    int run(PodContext pod) throws IOException {
        ListenerConfig config = ListenerConfig.read(
                Objects.requireNonNull(pod.volume(CONFIG_VOLUME).get(CONFIG_FILE), CONFIG_FILE));
        config.validate();
        ConfigUrl url = ConfigUrl.parse(config.configureUrl());
        ListenerMetrics metrics = new ListenerMetrics(config, url);
        String token =
                Objects.requireNonNull(config.credentials(), "credentials").token();
        try (ActionsClient client = ListenerClient.builder(config, url, () -> new PersonalAccessToken(token), metrics)
                        .build();
                KubeClient kube = new KubeClient(new KubeEndpoint(api.join(), () -> "any", null), "ghalistener")) {
            KubeRunnerSetPatches patches = new KubeRunnerSetPatches(
                    kube,
                    config.ephemeralRunnerSetNamespace(),
                    config.ephemeralRunnerSetName(),
                    metrics,
                    Timing.SYSTEM);
            new Listener(config, client, patches, metrics, pod.name(), Timing.SYSTEM, SessionObserver.NONE).run();
        }
        return 0;
    }
}
