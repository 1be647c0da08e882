package io.github.arc4j.demo.embedded;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.demo.stage.RunnerTemplate;
import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.kube.pods.PodRuntime;
import io.github.arc4j.listener.Listener;
import io.github.arc4j.listener.ListenerClient;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeEndpoint;
import io.github.arc4j.listener.kube.KubeRunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.shared.SharedListenerProcess;
import io.github.arc4j.listener.shared.SharedListenerSettings;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The implementation of the containers of the system's pods, without images.
 *
 * @param api URL of the API server, completed before it has pods
 */
record PodCode(CompletableFuture<URI> api, HttpClient http) implements PodRuntime {
    private static final String SHARED_LISTENER = "shared-listener";
    private static final String RUNNER = "runner";
    private static final String CONFIG_FILE = "config.json";
    private static final Pattern EXIT = Pattern.compile("exit=(\\d+) .*");

    @Override
    public int run(PodContext pod) throws IOException, InterruptedException {
        return switch (pod.mainContainer()) {
            case "listener" -> listen(pod);
            case SHARED_LISTENER -> hostListeners(pod);
            case RUNNER -> runJob(pod);
            default -> throw new IllegalArgumentException("no code for container " + pod.mainContainer());
        };
    }

    /** Runs a listener with the configuration from the pod's Secret, until interrupted. */
    private int listen(PodContext pod) throws IOException {
        ListenerConfig config = ListenerConfig.read(
                Objects.requireNonNull(pod.volume("listener-config").get(CONFIG_FILE), CONFIG_FILE));
        config.validate();
        ConfigUrl url = ConfigUrl.parse(config.configureUrl());
        ListenerMetrics metrics = new ListenerMetrics(config, url);
        String token =
                Objects.requireNonNull(config.credentials(), "credentials").token();
        try (ActionsClient client = ListenerClient.builder(config, url, () -> new PersonalAccessToken(token), metrics)
                        .build();
                KubeClient kube = new KubeClient(endpoint(), "ghalistener")) {
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

    /** Hosts listeners with the settings from the pod's environment, until interrupted. */
    private int hostListeners(PodContext pod) throws IOException {
        Map<String, String> environment = new HashMap<>(pod.environment(SHARED_LISTENER));
        environment.put("HOSTNAME", pod.name());
        try (SharedListenerProcess process =
                new SharedListenerProcess(SharedListenerSettings.of(environment), endpoint(), environment)) {
            process.run();
        }
        return 0;
    }

    private KubeEndpoint endpoint() {
        return new KubeEndpoint(api.join(), () -> "any", null);
    }

    /**
     * One call to the simulator, which lasts as long as the runner's job. Returns the exit code; an interrupt simulates
     * a lost runner.
     */
    private int runJob(PodContext pod) throws IOException, InterruptedException {
        Map<String, String> environment = pod.environment(RUNNER);
        String url =
                Objects.requireNonNull(environment.get(RunnerTemplate.SIMULATOR_URL), RunnerTemplate.SIMULATOR_URL);
        String jitConfig =
                Objects.requireNonNull(environment.get(RunnerEnvironment.JIT_CONFIG), RunnerEnvironment.JIT_CONFIG);
        HttpRequest call = HttpRequest.newBuilder(URI.create(url + RunnerTemplate.RUNNER_CALL))
                .POST(BodyPublishers.ofString(jitConfig))
                .build();
        String response = http.send(call, BodyHandlers.ofString()).body();
        Matcher exit = EXIT.matcher(response.stripTrailing().lines().reduce("", (before, line) -> line));
        return exit.matches() ? Integer.parseInt(exit.group(1)) : 1;
    }
}
