package io.github.arc4j.controller;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpecBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.autoscalinglistener.ListenerSettings;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.options.ReconcilerSettings;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.process.http.HttpReply;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.runtime.Manager;
import io.github.arc4j.runtime.ManagerSettings;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.events.KubernetesEventRecorder;
import io.github.arc4j.runtime.metrics.RuntimeMetrics;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.RunnerExit;
import io.github.arc4j.simulator.SimulatorOptions;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The four reconcilers against an embedded API server and a simulated GitHub. Runner pods make the simulator's runner
 * call; listener pods do nothing, and tests play the listener by {@link #requestRunners}.
 */
public final class ControllerFixture implements AutoCloseable {
    public static final String NAMESPACE = "runners";
    public static final String CONTROLLER_NAMESPACE = "controller";
    public static final String CREDENTIALS = "github";
    public static final String VERSION = "dev";

    public final GitHubSimulator github;
    public final TestCluster kube;
    public final KubernetesClient client;
    private final Function<KubernetesApi, BooleanSupplier> busy;
    private ReconcilerSettings settings;
    private final KubernetesApi testApi;
    private final Map<String, Integer> exitCodes = new ConcurrentHashMap<>();
    private final Set<String> ignoringSigterm = ConcurrentHashMap.newKeySet();
    private final List<Running> dead = new ArrayList<>();
    private Running running;

    private record Running(
            Manager manager,
            KubernetesApi api,
            KubernetesEventRecorder events,
            CollectorRegistry registry,
            Thread thread) {}

    public ControllerFixture() {
        this(UnaryOperator.identity());
    }

    public ControllerFixture(UnaryOperator<SimulatorOptions.Builder> options) {
        this(options, UnaryOperator.identity());
    }

    /** @param settings changes those of the controller */
    public ControllerFixture(
            UnaryOperator<SimulatorOptions.Builder> options, UnaryOperator<ReconcilerSettings> settings) {
        this(options, settings, api -> api::isBusy);
    }

    private ControllerFixture(
            UnaryOperator<SimulatorOptions.Builder> options,
            UnaryOperator<ReconcilerSettings> settings,
            Function<KubernetesApi, BooleanSupplier> busy) {
        this.busy = busy;
        this.settings = settings.apply(defaultSettings());
        github = GitHubSimulator.start(options.apply(SimulatorOptions.builder()).build());
        kube = TestCluster.start(NAMESPACE, CONTROLLER_NAMESPACE, this::runPod);
        testApi = kube.connect("test");
        client = testApi.client();
        client.resource(credentials("sim-pat")).create();
        running = startController();
    }

    /** With a controller that never considers the API server busy and reports states promptly. */
    static ControllerFixture withPromptReports() {
        return new ControllerFixture(UnaryOperator.identity(), UnaryOperator.identity(), api -> () -> false);
    }

    void createNamespace(String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    public static Secret credentials(String token) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(CREDENTIALS)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .addToStringData("github_token", token)
                .build();
    }

    private Running startController() {
        CollectorRegistry registry = new CollectorRegistry();
        RuntimeMetrics metrics = RuntimeMetrics.register(registry);
        KubernetesApi api = kube.connectAsController(metrics.restClient());
        KubernetesEventRecorder events = new KubernetesEventRecorder(api, "controller");
        Manager manager = new Manager(
                api,
                new ManagerSettings(null, null, Duration.ofMinutes(2), Duration.ofMinutes(6), Duration.ZERO),
                call -> HttpReply.text(200, ""),
                metrics.leader(),
                null);
        Reconcilers.register(manager, api, settings, metrics, registry, events, busy.apply(api));
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                manager.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return new Running(manager, api, events, registry, thread);
    }

    private static ReconcilerSettings defaultSettings() {
        return ReconcilerSettings.builder()
                .controllerNamespace(CONTROLLER_NAMESPACE)
                .listenerImage("local/arc4j:dev")
                .runnerConcurrency(256)
                .listeners(new ListenerSettings("/ghalistener", LogLevel.DEBUG, LogFormat.TEXT, "", ""))
                .userAgent(new UserAgent("actions-runner-controller", VERSION, "none", 0, "gha-scale-set-controller"))
                .build();
    }

    /** Reconciles in progress are interrupted; the controller's memory is lost. */
    public void restartController() throws InterruptedException {
        stopController();
        running = startController();
    }

    /** As after an upgrade that changes flags. */
    public void restartController(UnaryOperator<ReconcilerSettings> change) throws InterruptedException {
        stopController();
        settings = change.apply(settings);
        running = startController();
    }

    /** The controller is killed at any point, and another one starts immediately. */
    public void crashController() {
        Running dying = running;
        dying.api().close();
        dying.manager().stop();
        dead.add(dying);
        running = startController();
    }

    public void stopController() throws InterruptedException {
        stop(running);
    }

    private static void stop(Running controller) throws InterruptedException {
        controller.manager().stop();
        controller.thread().join(Duration.ofSeconds(20));
        controller.events().close();
        controller.api().close();
    }

    /**
     * Containers of runner pods with such names exit with this code instead of calling GitHub; {@code -1} means never.
     */
    public void runnersEndWith(String image, int exitCode) {
        exitCodes.put(image, exitCode);
    }

    /** Runners with this image ignore SIGTERM, as a shell with process ID 1 does. */
    public void runnersIgnoreSigterm(String image) {
        ignoringSigterm.add(image);
    }

    private int runPod(PodContext pod) throws Exception {
        String container = pod.mainContainer();
        if (container.equals("listener")) {
            new CountDownLatch(1).await();
        }
        String image = pod.pod().at("/spec/containers/0/image").asText();
        Integer exitCode = exitCodes.get(image);
        if (exitCode != null) {
            if (exitCode < 0) {
                new CountDownLatch(1).await();
            }
            return exitCode;
        }
        String jitConfig = Objects.requireNonNull(pod.environment(container).get("ACTIONS_RUNNER_INPUT_JITCONFIG"));
        if (isGone(pod.pod())) {
            throw new InterruptedException("what was read may be the next pod's");
        }
        return ignoringSigterm.contains(image)
                ? runUninterruptibly(jitConfig)
                : github.runRunner(jitConfig).exitCode();
    }

    private int runUninterruptibly(String jitConfig) throws Exception {
        FutureTask<RunnerExit> run = new FutureTask<>(() -> github.runRunner(jitConfig));
        Thread.ofVirtual().start(run);
        while (true) {
            try {
                return run.get().exitCode();
            } catch (InterruptedException e) {
                // SIGTERM
            }
        }
    }

    private boolean isGone(JsonNode pod) {
        Pod live = client.pods()
                .inNamespace(pod.at("/metadata/namespace").asText())
                .withName(pod.at("/metadata/name").asText())
                .get();
        return live == null
                || !live.getMetadata().getUid().equals(pod.at("/metadata/uid").asText());
    }

    public AutoscalingRunnerSet createScaleSet(String name) {
        return createScaleSet(name, UnaryOperator.identity());
    }

    public AutoscalingRunnerSet createScaleSet(String name, UnaryOperator<AutoscalingRunnerSetSpecBuilder> change) {
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.getMetadata().setName(name);
        set.getMetadata().setNamespace(NAMESPACE);
        set.getMetadata().setLabels(Map.of("app.kubernetes.io/version", VERSION));
        set.setSpec(change.apply(AutoscalingRunnerSetSpec.builder()
                        .githubConfigUrl(github.configUrl("org/repo"))
                        .githubConfigSecret(CREDENTIALS)
                        .template(template("runner:1")))
                .build());
        return client.resource(set).create();
    }

    public static PodTemplateSpec template(String image) {
        return new PodTemplateSpecBuilder()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("runner")
                .withImage(image)
                .endContainer()
                .endSpec()
                .build();
    }

    /** Sets the desired number of runners, as the listener does. */
    public void requestRunners(String scaleSet, int patchId, int replicas) {
        requestRunners(scaleSet, patchId, replicas, List.of());
    }

    /** @param completed entries for runners whose jobs {@code replicas} does not count any more */
    public void requestRunners(String scaleSet, int patchId, int replicas, List<String> completed) {
        String annotations = completed.isEmpty()
                ? ""
                : "\"metadata\":{\"annotations\":{\"actions.github.com/completed-runners\":\"%s\"}},"
                        .formatted(String.join(",", completed));
        client.resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(scaleSet)
                .patch(
                        io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
                        "{%s\"spec\":{\"patchID\":%d,\"replicas\":%s}}"
                                .formatted(annotations, patchId, replicas == 0 ? "null" : Integer.toString(replicas)));
    }

    public <T extends HasMetadata> List<T> list(Class<T> kind, String namespace) {
        return client.resources(kind)
                .inNamespace(namespace)
                .withoutLabel(TestCluster.ACCESS)
                .list()
                .getItems();
    }

    public List<EphemeralRunner> runners() {
        return list(EphemeralRunner.class, NAMESPACE);
    }

    public List<Pod> runnerPods() {
        return list(Pod.class, NAMESPACE);
    }

    public AutoscalingRunnerSet scaleSet(String name) {
        return client.resources(AutoscalingRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
    }

    public EphemeralRunnerSet runnerSet(String name) {
        return client.resources(EphemeralRunnerSet.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .get();
    }

    public List<AutoscalingListener> listeners() {
        return list(AutoscalingListener.class, CONTROLLER_NAMESPACE);
    }

    /** The controller's requests to the API server since the last reset. */
    public List<ApiRequest> requestsOfController() {
        return kube.requests().snapshot().stream()
                .map(RequestLog.Entry::request)
                .filter(request -> request.userAgent().equals("controller"))
                .toList();
    }

    /** The controller's metrics, which restart with each controller. */
    public CollectorRegistry metrics() {
        return running.registry();
    }

    /** Waits for a number of writes, or until this time has elapsed. */
    public void letHappen(int writes, Duration atMost) {
        long version = kube.store().version() + writes;
        Instant end = Instant.now().plus(atMost);
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> kube.store().version() >= version || Instant.now().isAfter(end));
    }

    /**
     * Waits until the controller has sent no request to the API server for this time, and resets the log. Polls often,
     * because the controller sends no requests either while the whole process stalls.
     */
    public void awaitQuiet(Duration time) {
        Duration interval = Duration.ofMillis(100);
        AtomicLong quietLooks = new AtomicLong();
        kube.requests().reset();
        await().atMost(Duration.ofMinutes(1)).pollInterval(interval).until(() -> {
            if (!requestsOfController().isEmpty()) {
                kube.requests().reset();
                quietLooks.set(0);
                return false;
            }
            return quietLooks.incrementAndGet() > time.dividedBy(interval);
        });
        kube.requests().reset();
    }

    @Override
    public void close() throws Exception {
        stopController();
        for (Running controller : dead) {
            stop(controller);
        }
        testApi.close();
        kube.close();
        github.close();
    }
}
