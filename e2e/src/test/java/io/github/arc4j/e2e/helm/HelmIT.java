package io.github.arc4j.e2e.helm;

import static io.github.arc4j.demo.stage.Stage.CONTROLLER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.RUNNER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static io.github.arc4j.e2e.helm.HelmCluster.CONTROLLER;
import static io.github.arc4j.e2e.helm.HelmCluster.CONTROLLER_CHART;
import static io.github.arc4j.e2e.helm.HelmCluster.RUNNERS;
import static io.github.arc4j.e2e.helm.HelmCluster.SCALE_SET_CHART;
import static io.github.arc4j.e2e.helm.HelmCluster.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.ObjectType;
import io.github.arc4j.e2e.Docker;
import io.github.arc4j.simulator.SimulatorEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What users do with the charts and Helm, on real Kubernetes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HelmIT {
    /** Every namespace has it; what is signed by it does not matter here. */
    private static final Map<String, Object> CERTIFICATE_AUTHORITY =
            Map.of("certificateFrom", Map.of("configMapKeyRef", Map.of("name", "kube-root-ca.crt", "key", "ca.crt")));

    @TempDir
    private static Path folder;

    private static HelmCluster cluster;

    @RegisterExtension
    static final AfterTestExecutionCallback DIAGNOSTICS = test -> HelmCluster.saveDiagnostics(cluster, test);

    @BeforeAll
    static void start() throws Exception {
        Docker.require();
        cluster = HelmCluster.start(folder);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void eachHelmFindsNoFaultWithTheCharts() throws Exception {
        for (HelmProgram helm : cluster.helms) {
            helm.lint(CONTROLLER_CHART);
            helm.lint(SCALE_SET_CHART);
            assertThat(helm.template(CONTROLLER_CHART, cluster.controllerValues(Map.of())))
                    .as(helm.version())
                    .contains("kind: Deployment");
        }
    }

    /** The last Helm upgrades what the first has installed: with a helm 4 on the path, that is a change of Helm's major, too. */
    @Test
    @Order(2)
    void anUpgradeFromTheGoSystemKeepsScaleSetAndRunningJobs() throws Exception {
        OldCharts old = OldCharts.in(Files.createDirectory(folder.resolve("old")));
        cluster.helms
                .getFirst()
                .install(
                        old.chart(CONTROLLER_CHART.getFileName().toString()),
                        CONTROLLER,
                        cluster.controllerValues(Map.of()));
        cluster.stage.objects().watch(ObjectType.custom());
        cluster.helms
                .getFirst()
                .install(
                        old.chart(SCALE_SET_CHART.getFileName().toString()), RUNNERS, cluster.scaleSetValues(Map.of()));
        cluster.events.await(SimulatorEvent.Kind.SESSION_OPENED);
        cluster.queueJob(Duration.ofSeconds(20));
        cluster.events.await(SimulatorEvent.Kind.JOB_STARTED);
        AutoscalingRunnerSet before = cluster.runnerSet();
        int id = cluster.onlyScaleSet().id();
        stopController();
        leaveBehindWhatTheGoSystemWould(before, id);

        applyServerSide(CONTROLLER_CHART.resolve("crds"));
        cluster.helms.getLast().upgrade(CONTROLLER_CHART, CONTROLLER, cluster.controllerValues(Map.of()));
        cluster.helms.getLast().upgrade(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of("maxRunners", 7)));

        cluster.awaitSuccess();
        cluster.awaitRunnerSet(set -> Objects.equals(set.getSpec().maxRunners(), 7) && onlyOneOfEach());
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
        AutoscalingRunnerSet after = cluster.runnerSet();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getMetadata().getLabels().get(Labels.VERSION)).isNotEqualTo(OldCharts.VERSION);
        assertThat(cluster.onlyScaleSet().id()).isEqualTo(id);
    }

    @Test
    @Order(3)
    void definitionsOfBothSystemsTakeTheStoredObjectsOfEachOther() throws Exception {
        EphemeralRunnerSet before = cluster.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(RUNNER_NAMESPACE)
                .withName(SCALE_SET)
                .get();

        applyServerSide(
                OldCharts.in(Files.createDirectory(folder.resolve("back"))).crds());
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
        applyServerSide(CONTROLLER_CHART.resolve("crds"));

        EphemeralRunnerSet after = cluster.client
                .resources(EphemeralRunnerSet.class)
                .inNamespace(RUNNER_NAMESPACE)
                .withName(SCALE_SET)
                .get();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getSpec().ephemeralRunnerSpec())
                .isEqualTo(before.getSpec().ephemeralRunnerSpec());
    }

    @Test
    @Order(4)
    void aRollbackKeepsTheScaleSet() throws Exception {
        AutoscalingRunnerSet before = cluster.runnerSet();
        HelmProgram helm = cluster.helms.getLast();
        if (helm.rollsBack()) {
            helm.rollback(RUNNERS);
            cluster.awaitRunnerSet(set -> set.getSpec().maxRunners() == null);
            assertThat(cluster.runnerSet().getMetadata().getUid())
                    .isEqualTo(before.getMetadata().getUid());
            assertThat(cluster.runnerSet().getMetadata().getLabels()).containsEntry(Labels.VERSION, OldCharts.VERSION);
        }
        cluster.uninstallScaleSet(helm);
        cluster.uninstallController(helm);
    }

    @Test
    @Order(5)
    void eachHelmInstallsUpgradesAndUninstallsWithEverythingOptionalAndNoNeedlessPermission() throws Exception {
        for (HelmProgram helm : cluster.helms) {
            helm.install(CONTROLLER_CHART, CONTROLLER, controllerValuesWithEverythingOptional());
            helm.install(
                    SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of("githubServerTLS", CERTIFICATE_AUTHORITY)));
            cluster.awaitRunnerSet(HelmCluster::isReady);
            helm.upgrade(
                    SCALE_SET_CHART,
                    RUNNERS,
                    cluster.scaleSetValues(Map.of("maxRunners", 3, "networkPolicy", Map.of("enabled", true))));
            cluster.awaitRunnerSet(set -> Objects.equals(set.getSpec().maxRunners(), 3));
            cluster.queueJob(Duration.ofSeconds(1));
            cluster.awaitSuccess();
            RoleRules rules = cluster.rules();
            cluster.uninstallScaleSet(helm);
            assertThat(cluster.forbidden()).isEmpty();
            cluster.assertNoneIsNeedless(rules, HelmIT::isForChangesOfTheListenerMode);
            cluster.uninstallController(helm);
        }
    }

    /** See {@link SharedListenersIT}. */
    private static boolean isForChangesOfTheListenerMode(RoleRules.Rule rule) {
        return rule.namespace().equals(CONTROLLER_NAMESPACE)
                && rule.resource().matches("roles|rolebindings")
                && rule.verbs().equals(List.of("delete"));
    }

    /** But for what needs the Prometheus Operator. */
    private static Path controllerValuesWithEverythingOptional() throws IOException {
        Map<String, Object> values = new HashMap<>();
        values.put("replicaCount", 2);
        values.put("flags", Map.of("healthProbeBindAddress", ":8081", "logFormat", "json"));
        values.put("metrics", Map.of("controllerManagerAddr", ":8080", "listenerAddr", ":8080"));
        values.put("podDisruptionBudget", Map.of("enabled", true));
        values.put("priorityClass", Map.of("create", true));
        values.put("networkPolicy", Map.of("enabled", true, "egressPorts", List.of(443, 6443, K3sStage.GITHUB_PORT)));
        values.put("monitoring", Map.of("dashboard", Map.of("enabled", true)));
        return cluster.controllerValues(values);
    }

    private static boolean onlyOneOfEach() {
        return count(EphemeralRunnerSet.class, RUNNER_NAMESPACE) == 1
                && count(AutoscalingListener.class, CONTROLLER_NAMESPACE) == 1;
    }

    private static int count(Class<? extends HasMetadata> type, String namespace) {
        return cluster.client
                .resources(type)
                .inNamespace(namespace)
                .list()
                .getItems()
                .size();
    }

    /** The listener stays: it has a job to report. */
    private static void stopController() {
        var deployments = cluster.client.apps().deployments().inNamespace(CONTROLLER_NAMESPACE);
        deployments.withName("arc-gha-rs-controller").scale(0);
        await().atMost(TIMEOUT)
                .until(() -> cluster.client
                        .pods()
                        .inNamespace(CONTROLLER_NAMESPACE)
                        .withLabel(Labels.PART_OF, "gha-rs-controller")
                        .list()
                        .getItems()
                        .isEmpty());
    }

    private static void leaveBehindWhatTheGoSystemWould(AutoscalingRunnerSet set, int id) throws IOException {
        cluster.client
                .resources(AutoscalingRunnerSet.class)
                .inNamespace(RUNNER_NAMESPACE)
                .withName(SCALE_SET)
                .edit(live -> {
                    live.getMetadata().getAnnotations().remove(Annotations.INTEGRITY_HASH);
                    return live;
                });
        try (var template = Objects.requireNonNull(
                HelmIT.class.getResourceAsStream("/left-by-0.14.2.yaml"), "left-by-0.14.2.yaml")) {
            String yaml = new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("{uid}", set.getMetadata().getUid())
                    .replace("{id}", Integer.toString(id))
                    .replace("{url}", set.getSpec().githubConfigUrl());
            cluster.client
                    .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                    .create();
        }
    }

    /** As {@code kubectl apply --server-side --force-conflicts -f FOLDER}. */
    private static void applyServerSide(Path crds) throws IOException {
        try (Stream<Path> files = Files.list(crds)) {
            for (Path file : files.toList()) {
                try (var yaml = Files.newInputStream(file)) {
                    for (HasMetadata crd : cluster.client.load(yaml).items()) {
                        cluster.client
                                .resource(crd)
                                .fieldManager("kubectl")
                                .forceConflicts()
                                .serverSideApply();
                    }
                }
            }
        }
    }
}
