package io.github.arc4j.e2e.helm;

import static io.github.arc4j.demo.stage.Stage.CONTROLLER_NAMESPACE;
import static io.github.arc4j.e2e.helm.HelmCluster.CONTROLLER;
import static io.github.arc4j.e2e.helm.HelmCluster.CONTROLLER_CHART;
import static io.github.arc4j.e2e.helm.HelmCluster.RUNNERS;
import static io.github.arc4j.e2e.helm.HelmCluster.SCALE_SET_CHART;
import static io.github.arc4j.e2e.helm.HelmCluster.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.demo.stage.Namespaces;
import io.github.arc4j.demo.stage.ObjectType;
import io.github.arc4j.e2e.Requirements;
import io.github.arc4j.e2e.abuse.Abuse;
import io.github.arc4j.simulator.SimulatorEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Listeners that share pods, on real Kubernetes: they run jobs, are renewed, and scale sets change between them and
 * pods of their own. Both kinds, and the controller, withstand abuse with no more memory than docs/scaling.md grants
 * them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(Requirements.class)
class SharedListenersIT {
    @TempDir
    private static Path folder;

    private static HelmCluster cluster;
    private static HelmProgram helm;
    private static Abuse abuse;
    private static RoleRules rules = new RoleRules(List.of());

    @RegisterExtension
    static final AfterTestExecutionCallback DIAGNOSTICS = test -> HelmCluster.saveDiagnostics(cluster, test);

    @BeforeAll
    static void start() throws Exception {
        cluster = HelmCluster.start(folder);
        helm = cluster.helms.getLast();
        abuse = new Abuse(cluster.stage, cluster::awaitSuccess);
        abuse.limitMemoryOfListeners("128Mi");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void aJobRunsWithoutAListenerPodOfTheScaleSet() throws Exception {
        helm.install(CONTROLLER_CHART, CONTROLLER, values("shared", 2, "text"));
        cluster.stage.objects().watch(ObjectType.custom());
        helm.install(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of()));
        cluster.events.await(SimulatorEvent.Kind.SESSION_OPENED);

        runJob();

        cluster.awaitRunnerSet(HelmCluster::isReady);
        assertThat(pods(Labels.COMPONENT_SHARED_LISTENER)).hasSize(2);
        assertThat(pods(Labels.COMPONENT_LISTENER)).isEmpty();
        assertThat(listener().getMetadata().getLabels()).containsKey(Labels.LISTENER_SHARD);
        rules = cluster.rules();
    }

    @Test
    @Order(2)
    void renewedPodsTakeOverWhileAJobRuns() throws Exception {
        List<String> before = uids(pods(Labels.COMPONENT_SHARED_LISTENER));
        long job = cluster.startJob();

        sharedDeployments()
                .forEach(deployment -> cluster.client
                        .apps()
                        .deployments()
                        .inNamespace(CONTROLLER_NAMESPACE)
                        .withName(deployment)
                        .rolling()
                        .restart());

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(uids(pods(Labels.COMPONENT_SHARED_LISTENER)))
                        .hasSize(2)
                        .doesNotContainAnyElementsOf(before));
        cluster.finishJob(job);
        runJob();
    }

    @Test
    @Order(3)
    void aScaleSetSharesUnlessItsListenerTemplateNeedsAPod() throws Exception {
        Map<String, Object> labels = Map.of("labels", Map.of("team", "ci"));
        helm.upgrade(SCALE_SET_CHART, RUNNERS, listenerTemplate(labels, Map.of()));
        await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(listener().getSpec().template()).isNotNull();
            assertThat(listener().getMetadata().getLabels()).containsKey(Labels.LISTENER_SHARD);
        });
        runJob();
        assertThat(pods(Labels.COMPONENT_LISTENER)).isEmpty();

        helm.upgrade(SCALE_SET_CHART, RUNNERS, listenerTemplate(labels, Map.of("hostname", "own")));
        cluster.awaitRunnerSet(set -> Conditions.has(
                set.getStatus().conditions(), Conditions.LISTENER_SHARED, false, "ListenerTemplateNeedsPod"));
        runJob();
        assertThat(pods(Labels.COMPONENT_LISTENER)).hasSize(1);

        helm.upgrade(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of()));
        cluster.awaitRunnerSet(set -> Conditions.find(set.getStatus().conditions(), Conditions.LISTENER_SHARED)
                .isEmpty());
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(pods(Labels.COMPONENT_LISTENER)).isEmpty());
    }

    private static Path listenerTemplate(Map<String, Object> metadata, Map<String, Object> spec) throws Exception {
        Map<String, Object> pod = new HashMap<>(spec);
        pod.put("containers", List.of(Map.of("name", "listener")));
        return cluster.scaleSetValues(Map.of("listenerTemplate", Map.of("metadata", metadata, "spec", pod)));
    }

    @Test
    @Order(4)
    void anUpgradeGivesTheScaleSetAListenerPodOfItsOwn() throws Exception {
        int id = cluster.onlyScaleSet().id();
        long job = cluster.startJob();

        helm.upgrade(CONTROLLER_CHART, CONTROLLER, values("dedicated", 1, "json"));

        cluster.finishJob(job);
        await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(pods(Labels.COMPONENT_SHARED_LISTENER)).isEmpty();
            assertThat(pods(Labels.COMPONENT_LISTENER)).hasSize(1);
            assertThat(listener().getMetadata().getLabels()).doesNotContainKey(Labels.LISTENER_SHARD);
            assertThat(names(ObjectType.ROLE))
                    .doesNotContain(ScaleSetNames.sharedListenerRole(
                            listener().getMetadata().getName()));
        });
        runJob();
        assertThat(cluster.onlyScaleSet().id()).isEqualTo(id);
    }

    @Test
    @Order(5)
    void aListenerPodWithstandsFloodedPortsAndHostileTexts() throws Exception {
        abuse.floodPorts();
        abuse.hostileJob();
    }

    @Test
    @Order(6)
    void anotherUpgradeLetsItShareAgain() throws Exception {
        helm.upgrade(CONTROLLER_CHART, CONTROLLER, values("shared", 1, "text"));

        await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(pods(Labels.COMPONENT_SHARED_LISTENER)).hasSize(1);
            assertThat(pods(Labels.COMPONENT_LISTENER)).isEmpty();
        });
        runJob();
        helm.upgrade(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of("minRunners", 1)));
        cluster.awaitIdleRunner();
    }

    @Test
    @Order(7)
    void aSharedListenerWithstandsFloodedPortsAndHostileTexts() throws Exception {
        abuse.floodPorts();
        abuse.hostileJob();
    }

    @Test
    @Order(8)
    void uninstallingLeavesNothingAndEachPermissionWasNeeded() throws Exception {
        cluster.uninstallScaleSet(helm);
        assertThat(cluster.stage.gitHub().violations()).isEmpty();
        // A former controller ends when the new one is ready. In between, it has lost the rights that its mode takes.
        assertThat(cluster.forbidden()).allMatch(request -> request.resource().matches("roles|rolebindings"));
        cluster.assertNoneIsNeedless(rules, rule -> false);
        cluster.uninstallController(helm);
    }

    /**
     * As the documents say; arc and the controller share the memory of a container. After the audit, because the
     * controller has not all permissions that arc asks for.
     */
    @Test
    @Order(9)
    void kubectlReachesArcAndTheConsole() throws Exception {
        helm.install(CONTROLLER_CHART, CONTROLLER, values("shared", 1, "text"));
        helm.install(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of("minRunners", 1)));
        cluster.awaitRunnerSet(HelmCluster::isReady);
        cluster.awaitIdleRunner();
        DocumentedCommands.assumeThereAre("kubectl");
        String deployment = "deploy/arc-gha-rs-controller";

        // Otherwise arc reports that the controller is not ready.
        Command.run(cluster.kubeConfig, "kubectl", "rollout", "status", "-n", CONTROLLER_NAMESPACE, deployment);
        String status = Command.run(
                cluster.kubeConfig,
                "kubectl",
                "exec",
                "-n",
                CONTROLLER_NAMESPACE,
                deployment,
                "--",
                "/arc",
                "status",
                "-o",
                "json");
        assertThat(new ObjectMapper().readTree(status).findValuesAsText("name")).contains(RUNNERS.name());

        String name = RUNNERS.namespace() + "/" + RUNNERS.name();
        assertThat(arc("why", name)).contains(name).doesNotContain("=>");
        assertThat(arc("doctor")).contains("custom resource definitions");
        String runner = new ObjectMapper()
                .readTree(arc("runners", "-o", "json"))
                .findValuesAsText("name")
                .getFirst();
        assertThat(arc("runners")).contains(runner);
        assertThat(arc("logs", runner)).isNotNull();

        try (ForwardedPort console = ForwardedPort.to(cluster.kubeConfig, CONTROLLER_NAMESPACE, deployment, 8090)) {
            assertThat(get(console.uri())).contains("<title>").contains("console.js");
        }
    }

    private static String arc(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("../hack/kubectl-arc"));
        command.addAll(List.of(arguments));
        return Command.run(cluster.kubeConfig, command.toArray(String[]::new));
    }

    private static String get(URI uri) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** All processes are still at work while a tenant who may create objects in one namespace uses that. */
    @Test
    @Order(10)
    void aHostileTenantDisturbsNobody() throws Exception {
        HelmRelease tenant = new HelmRelease("tenant", "tenant");
        Namespaces.create(cluster.client, tenant.namespace());
        helm.install(SCALE_SET_CHART, tenant, cluster.scaleSetValues(Map.of()));
        cluster.awaitRunnerSet(tenant, HelmCluster::isReady);

        abuse.hostileTenant(cluster.runnerSet(tenant));
    }

    private static Path values(String mode, int replicas, String logFormat) throws Exception {
        Map<String, Object> memory = Map.of("limits", Map.of("memory", "256Mi"));
        Map<String, Object> values = new HashMap<>();
        values.put("reportUninstall", false);
        values.put("resources", memory);
        values.put(
                "listener",
                Map.of(
                        "mode",
                        mode,
                        "replicas",
                        replicas,
                        "resources",
                        memory,
                        "podLabels",
                        Map.of("team", "ci"),
                        // The Secret does not exist, which must not keep the pods from starting.
                        "keyVaultNamespaces",
                        List.of(RUNNERS.namespace())));
        values.put("flags", Map.of("healthProbeBindAddress", ":8081", "logFormat", logFormat, "console", true));
        values.put("metrics", Map.of("controllerManagerAddr", ":8080", "listenerAddr", ":8080"));
        return cluster.controllerValues(values);
    }

    private static void runJob() throws InterruptedException {
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
    }

    private static AutoscalingListener listener() {
        List<AutoscalingListener> listeners = cluster.client
                .resources(AutoscalingListener.class)
                .inNamespace(CONTROLLER_NAMESPACE)
                .list()
                .getItems();
        assertThat(listeners).hasSize(1);
        return listeners.getFirst();
    }

    private static List<Pod> pods(String component) {
        return cluster.client
                .pods()
                .inNamespace(CONTROLLER_NAMESPACE)
                .withLabel(Labels.COMPONENT, component)
                .list()
                .getItems();
    }

    private static List<String> sharedDeployments() {
        return cluster
                .client
                .apps()
                .deployments()
                .inNamespace(CONTROLLER_NAMESPACE)
                .withLabel(Labels.LISTENER_SHARD)
                .list()
                .getItems()
                .stream()
                .map(deployment -> deployment.getMetadata().getName())
                .toList();
    }

    private static List<String> names(ObjectType type) {
        return type.list(cluster.client, CONTROLLER_NAMESPACE).stream()
                .map(object -> object.getMetadata().getName())
                .toList();
    }

    private static List<String> uids(List<? extends HasMetadata> objects) {
        return objects.stream().map(object -> object.getMetadata().getUid()).toList();
    }
}
