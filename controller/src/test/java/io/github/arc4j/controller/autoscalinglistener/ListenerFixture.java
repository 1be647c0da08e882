package io.github.arc4j.controller.autoscalinglistener;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpecBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.SyncedCaches;
import io.github.arc4j.controller.TestClock;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.github.credentials.ProxyResolver;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.github.credentials.VaultCertificates;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.runtime.Reconciler;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.events.EventRecorder;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The reconciler alone, one reconcile at a time, with an API server. There is no node: tests set the status of pods.
 */
final class ListenerFixture implements AutoCloseable {
    static final String SETS = "sets";
    static final String CONTROLLER = "controller";
    static final String NAME = "set-abc-listener";

    final TestCluster kube;
    /** The test's own. */
    final KubernetesClient client;

    final List<String> events = new ArrayList<>();
    final TestClock clock = new TestClock();
    private final KubernetesApi testApi;
    private final KubernetesApi api;
    private SyncedCaches caches;
    private Sources sources;
    private VaultReader vaults;
    private Reconciler reconciler;
    private CollectorRegistry metrics = new CollectorRegistry();

    ListenerFixture() {
        this(new ListenerSettings("/ghalistener", LogLevel.DEBUG, LogFormat.TEXT, ":8080", "/metrics"));
    }

    /** Settings of listeners that serve no metrics. */
    static ListenerSettingsBuilder settings() {
        return ListenerSettingsBuilder.builder(
                new ListenerSettings("/ghalistener", LogLevel.DEBUG, LogFormat.TEXT, "", ""));
    }

    ListenerFixture(ListenerSettings settings) {
        kube = TestCluster.start(SETS, CONTROLLER);
        testApi = kube.connect("test");
        client = testApi.client();
        api = kube.connectAsController();
        begin(settings);
        createSecret("github", Map.of("github_token", "token"));
        AutoscalingRunnerSet set = new AutoscalingRunnerSet();
        set.getMetadata().setName("set");
        set.getMetadata().setNamespace(SETS);
        set.setSpec(AutoscalingRunnerSetSpec.builder()
                .githubConfigUrl("https://github.com/org/repo")
                .githubConfigSecret("github")
                .template(ControllerFixture.template("runner:1"))
                .build());
        client.resource(set).create();
    }

    /** Another process with empty memory takes over. */
    void restart(ListenerSettings settings) {
        sources.close();
        vaults.close();
        begin(settings);
    }

    private void begin(ListenerSettings settings) {
        caches = new SyncedCaches(kube, client);
        metrics = new CollectorRegistry();
        EventRecorder recorder = (object, type, reason, message) -> events.add(reason);
        Resources resources = Resources.of(api.client(), api.json(), caches, recorder, clock);
        sources = new Sources(api, source -> false, clock);
        SecretReader secrets =
                new SecretReader(new LiveObjects(api.client(), api.json()), sources, CredentialsNamespaces.OWN);
        ProxyResolver proxies = new ProxyResolver(secrets);
        vaults = new VaultReader(proxies, Map.of(), VaultCertificates.ANY, clock);
        reconciler = new AutoscalingListenerReconciler(
                resources,
                settings,
                new LabelPropagation(List.of("private/")),
                secrets,
                vaults,
                new ProxySecret(
                        resources.secrets(),
                        proxies,
                        sources,
                        resources.autoscalingListeners().cache()),
                sources,
                metrics,
                recorder,
                clock);
    }

    void createSecret(String name, Map<String, String> data) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(SETS)
                        .endMetadata()
                        .withStringData(data)
                        .build())
                .createOr(existing -> existing.update());
    }

    AutoscalingListener create() {
        return create(UnaryOperator.identity());
    }

    AutoscalingListener create(UnaryOperator<AutoscalingListenerSpecBuilder> change) {
        return client.resource(listener(change)).create();
    }

    static AutoscalingListener listener(UnaryOperator<AutoscalingListenerSpecBuilder> change) {
        AutoscalingListener listener = new AutoscalingListener();
        listener.getMetadata().setName(NAME);
        listener.getMetadata().setNamespace(CONTROLLER);
        listener.getMetadata()
                .setLabels(Map.of(
                        "actions.github.com/scale-set-name", "set", "actions.github.com/scale-set-namespace", SETS));
        listener.setSpec(change.apply(AutoscalingListenerSpec.builder()
                        .githubConfigUrl("https://github.com/org/repo")
                        .githubConfigSecret("github")
                        .runnerScaleSetId(7)
                        .autoscalingRunnerSetNamespace(SETS)
                        .autoscalingRunnerSetName("set")
                        .ephemeralRunnerSetName("set")
                        .minRunners(1)
                        .maxRunners(5)
                        .image("arc4j:dev"))
                .build());
        return listener;
    }

    /** Changes the specification as the other reconciler does not: it replaces the whole object. */
    void change(UnaryOperator<AutoscalingListenerSpecBuilder> change) {
        AutoscalingListener live = listener();
        live.setSpec(listener(change).getSpec());
        client.resource(live).update();
    }

    /** One reconcile with current caches. */
    Result reconcile() throws Exception {
        caches.sync();
        return reconciler.reconcile(new Request(CONTROLLER, NAME));
    }

    /** Reconciles until nothing is written any more. */
    Result settle() throws Exception {
        String before = kube.version();
        for (int i = 0; i < 10; i++) {
            Result result = reconcile();
            String after = kube.version();
            if (after.equals(before)) {
                return result;
            }
            before = after;
        }
        throw new AssertionError("never settles");
    }

    @Nullable AutoscalingListener find() {
        return client.resources(AutoscalingListener.class)
                .inNamespace(CONTROLLER)
                .withName(NAME)
                .get();
    }

    AutoscalingListener listener() {
        AutoscalingListener live = find();
        if (live == null) {
            throw new AssertionError("the listener has gone");
        }
        return live;
    }

    @Nullable Pod findPod() {
        return client.pods().inNamespace(CONTROLLER).withName(NAME).get();
    }

    Pod pod() {
        Pod pod = findPod();
        if (pod == null) {
            throw new AssertionError("there is no pod");
        }
        return pod;
    }

    void runPod(boolean ready) {
        status(
                "Running",
                new ContainerStateBuilder().withNewRunning().endRunning().build(),
                ready);
    }

    void endPod(int exitCode) {
        status(
                exitCode == 0 ? "Succeeded" : "Failed",
                new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(exitCode)
                        .withMessage("why it ended")
                        .endTerminated()
                        .build(),
                false);
    }

    private void status(String phase, ContainerState state, boolean ready) {
        client.resource(new PodBuilder(pod())
                        .withStatus(new PodStatusBuilder()
                                .withPhase(phase)
                                .addNewContainerStatus()
                                .withName("listener")
                                .withState(state)
                                .withReady(ready)
                                .endContainerStatus()
                                .build())
                        .build())
                .updateStatus();
    }

    void evictPod() {
        client.resource(new PodBuilder(pod())
                        .withStatus(new PodStatusBuilder()
                                .withPhase("Failed")
                                .withReason("Evicted")
                                .withMessage("low on memory")
                                .build())
                        .build())
                .updateStatus();
    }

    /** Sets the status that the control plane writes for a silent kubelet: container statuses do not change. */
    void loseNode() {
        client.pods()
                .inNamespace(CONTROLLER)
                .withName(NAME)
                .editStatus(pod -> new PodBuilder(pod)
                        .editStatus()
                        .withConditions(
                                new PodConditionBuilder()
                                        .withType("ContainersReady")
                                        .withStatus("True")
                                        .build(),
                                new PodConditionBuilder()
                                        .withType("Ready")
                                        .withStatus("False")
                                        .build())
                        .endStatus()
                        .build());
    }

    Condition condition(String type) {
        AutoscalingListenerStatus status = Objects.requireNonNull(listener().getStatus());
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    Secret secret(String name) {
        return Objects.requireNonNull(
                client.secrets().inNamespace(CONTROLLER).withName(name).get());
    }

    String entry(String name, String key) {
        return new String(Base64.getDecoder().decode(secret(name).getData().get(key)), StandardCharsets.UTF_8);
    }

    JsonNode config() throws IOException {
        return new ObjectMapper().readTree(entry(NAME + "-config", "config.json"));
    }

    /** The gauge of running listeners; null if it has no series. */
    @Nullable Double gauge() {
        return metrics.getSampleValue(
                "gha_controller_running_listeners",
                new String[] {"name", "namespace", "repository", "organization", "enterprise"},
                new String[] {NAME, CONTROLLER, "repo", "org", ""});
    }

    @Override
    public void close() {
        sources.close();
        vaults.close();
        api.close();
        testApi.close();
        kube.close();
    }
}
