package io.github.arc4j.demo.embedded;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.github.arc4j.api.Crds;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpecBuilder;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.demo.stage.ClusterWatch;
import io.github.arc4j.demo.stage.GitHubSide;
import io.github.arc4j.demo.stage.InProcessGitHub;
import io.github.arc4j.demo.stage.ObjectType;
import io.github.arc4j.demo.stage.RunnerTemplate;
import io.github.arc4j.demo.stage.Stage;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.SimulatorOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stage with everything in this process. */
public final class EmbeddedStage implements Stage {
    private static final String SECRET = "github";
    private static final String RUNNER_IMAGE = "runner";
    private static final Duration REMOVAL_TIMEOUT = Duration.ofMinutes(1);

    private final GitHubSimulator simulator;
    private final EmbeddedKube kube;
    private final KubernetesClient client;
    private final ClusterWatch objects;
    private final HttpClient http;
    private @Nullable ControllerInProcess controller;

    private EmbeddedStage(GitHubSimulator simulator, EmbeddedKube kube, HttpClient http) {
        this.simulator = simulator;
        this.kube = kube;
        this.http = http;
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(kube.uri().toString())
                        .withUserAgent("demo")
                        .build())
                .build();
        this.objects = new ClusterWatch(client, List.of(CONTROLLER_NAMESPACE, RUNNER_NAMESPACE));
        objects.watch(ObjectType.core());
        objects.watch(ObjectType.custom());
    }

    /** Starts the simulator and the cluster. */
    public static EmbeddedStage start(Consumer<String> progress) {
        return start(progress, Duration.ZERO);
    }

    /**
     * Starts the simulator and the cluster.
     *
     * @param podStartDelay how long a node takes before it pulls the images of a pod
     */
    public static EmbeddedStage start(Consumer<String> progress, Duration podStartDelay) {
        // Without this property, each response of the JDK's server waits for a delayed TCP acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // Surplus idle runners are removed after an empty poll, which takes 50 s on GitHub: too long for a demo.
        GitHubSimulator simulator = GitHubSimulator.start(
                SimulatorOptions.builder().pollTimeout(Duration.ofSeconds(5)).build());
        progress.accept("GitHub simulator is running at " + simulator.uri());
        CompletableFuture<URI> api = new CompletableFuture<>();
        HttpClient http = HttpClient.newHttpClient();
        EmbeddedKube.Builder cluster = EmbeddedKube.builder()
                .namespaces(CONTROLLER_NAMESPACE, RUNNER_NAMESPACE)
                .podStartDelay(podStartDelay)
                .pods(new PodCode(api, http));
        Crds.load().forEach(crd -> cluster.crd(crd.json()));
        EmbeddedKube kube = cluster.start();
        api.complete(kube.uri());
        progress.accept("Kubernetes API server is running at " + kube.uri());
        return new EmbeddedStage(simulator, kube, http);
    }

    /** The simulator, for injecting faults of GitHub. */
    public GitHubSimulator simulator() {
        return simulator;
    }

    /** The cluster, for injecting faults. */
    public EmbeddedKube kube() {
        return kube;
    }

    /** A client of the cluster. */
    public KubernetesClient client() {
        return client;
    }

    @Override
    public GitHubSide gitHub() {
        return new InProcessGitHub(simulator);
    }

    @Override
    public ClusterWatch objects() {
        return objects;
    }

    @Override
    public void install() {
        install(ListenerShards.NONE);
    }

    /** As {@link #install()}, with shared listeners, whose pods the caller creates. */
    public void install(ListenerShards shards) {
        restartController(shards);
        createSecret(SECRET, TOKEN);
        createScaleSet(SCALE_SET, spec().build());
    }

    /** Replaces the controller, possibly with a different listener mode. */
    public void restartController(ListenerShards shards) {
        restartController(shards, Optional.empty());
    }

    /** Starts the controller with the web console at this address. */
    public void startController(ListenAddress console) {
        restartController(ListenerShards.NONE, Optional.of(console));
    }

    private void restartController(ListenerShards shards, Optional<ListenAddress> console) {
        stopController();
        controller = ControllerInProcess.start(kube.uri(), CONTROLLER_NAMESPACE, shards, console);
    }

    /** Creates a Secret with a token in the runners' namespace. */
    public void createSecret(String name, String token) {
        client.secrets()
                .resource(new SecretBuilder()
                        .withMetadata(metadata(name))
                        .withStringData(Map.of("github_token", token))
                        .build())
                .create();
    }

    /** Creates an AutoscalingRunnerSet in the runners' namespace. */
    public void createScaleSet(String name, AutoscalingRunnerSetSpec spec) {
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.setMetadata(metadata(name));
        set.setSpec(spec);
        client.resource(set).create();
    }

    /** The spec of a working scale set, to be modified. */
    public AutoscalingRunnerSetSpecBuilder spec() {
        return AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl(simulator.configUrl("arc4j/demo"))
                .githubConfigSecret(SECRET)
                .template(RunnerTemplate.of(RUNNER_IMAGE, simulator.uri().toString()));
    }

    private static ObjectMeta metadata(String name) {
        return new ObjectMetaBuilder()
                .withNamespace(RUNNER_NAMESPACE)
                .withName(name)
                .withLabels(Map.of(Labels.VERSION, BuildInfo.current().version()))
                .build();
    }

    @Override
    public void uninstall() throws InterruptedException, TimeoutException {
        client.resources(AutoscalingRunnerSet.class)
                .inNamespace(RUNNER_NAMESPACE)
                .delete();
        objects.await(
                left -> left.stream()
                        .noneMatch(object -> object.kind().equals(ObjectType.AUTOSCALING_RUNNER_SET.kind())),
                REMOVAL_TIMEOUT);
        client.secrets().inNamespace(RUNNER_NAMESPACE).delete();
        stopController();
    }

    private void stopController() {
        if (controller != null) {
            controller.close();
            controller = null;
        }
    }

    @Override
    public Map<String, Long> requests() {
        return kube.requests().snapshot().stream()
                .map(EmbeddedStage::process)
                .collect(Collectors.groupingBy(process -> process, Collectors.counting()));
    }

    private static String process(RequestLog.Entry entry) {
        String userAgent = entry.request().userAgent();
        if (userAgent.startsWith(ControllerInProcess.USER_AGENT)) {
            return "controller";
        }
        return userAgent.startsWith("ghalistener") || userAgent.startsWith("ghasharedlistener") ? "listener" : "demo";
    }

    @Override
    public String logs() {
        return "";
    }

    @Override
    public void close() {
        stopController();
        objects.close();
        client.close();
        kube.close();
        simulator.close();
        http.close();
    }
}
