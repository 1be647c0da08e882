package io.github.arc4j.e2e.helm;

import static io.github.arc4j.demo.stage.Stage.CONTROLLER_NAMESPACE;
import static io.github.arc4j.e2e.helm.HelmCluster.CONTROLLER;
import static io.github.arc4j.e2e.helm.HelmCluster.CONTROLLER_CHART;
import static io.github.arc4j.e2e.helm.HelmCluster.RUNNERS;
import static io.github.arc4j.e2e.helm.HelmCluster.SCALE_SET_CHART;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.Namespaces;
import io.github.arc4j.demo.stage.ObjectType;
import io.github.arc4j.e2e.Requirements;
import io.github.arc4j.simulator.SimulatorEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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

/** What users do with the charts and Helm, on real Kubernetes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(Requirements.class)
class HelmIT {
    /** Every namespace has it; what is signed by it does not matter here. */
    private static final Map<String, Object> CERTIFICATE_AUTHORITY =
            Map.of("certificateFrom", Map.of("configMapKeyRef", Map.of("name", "kube-root-ca.crt", "key", "ca.crt")));

    /** Cases of the Go system's charts: each has objects, names or labels that others have not. */
    private static final List<String> KINDS_OF_SCALE_SETS = List.of(
            "app-auth",
            "custom-annotations",
            "custom-labels",
            "dind",
            "k8s-mode",
            "listener-metrics",
            "listener-template",
            "min-max",
            "predefined-secret",
            "proxy",
            "resource-meta",
            "scale-set-labels",
            "tls",
            "vault");

    @TempDir
    private static Path folder;

    private static HelmCluster cluster;

    @RegisterExtension
    static final AfterTestExecutionCallback DIAGNOSTICS = test -> HelmCluster.saveDiagnostics(cluster, test);

    @BeforeAll
    static void start() throws Exception {
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

    /** Nobody reconciles them: what is lost here, Helm has removed. */
    @Test
    @Order(2)
    void anUpgradeFromTheGoSystemKeepsTheObjectsOfEachKindOfScaleSet() throws Exception {
        GoCharts go = GoCharts.in(Files.createDirectory(folder.resolve("kinds")));
        cluster.applyServerSide(go.crds());
        for (String kind : KINDS_OF_SCALE_SETS) {
            HelmRelease release = new HelmRelease("test-runners", kind);
            Namespaces.create(cluster.client, kind);
            Path values = Files.writeString(folder.resolve("none.yaml"), "{}");
            cluster.helms.getFirst().install(go.scaleSet(kind, kind), release, values);
            Map<String, String> before = cluster.uids(kind);

            cluster.helms.getLast().upgrade(SCALE_SET_CHART, release, go.values(kind));

            assertThat(cluster.uids(kind)).as(kind).isNotEmpty().containsAllEntriesOf(before);
            cluster.helms.getLast().uninstall(release);
        }
    }

    /** What the library, a Helm 3, has installed: with a helm 4 on the path, that is a change of Helm's major, too. */
    @Test
    @Order(3)
    void theDocumentedWayOverKeepsScaleSetAndRunningJobs() throws Exception {
        MovingOver moving = MovingOver.in(folder.resolve("moving"), cluster);
        moving.installGoSystem(cluster.helms.getFirst());
        cluster.events.await(SimulatorEvent.Kind.SESSION_OPENED);
        long job = cluster.startJob();
        AutoscalingRunnerSet before = cluster.runnerSet();
        int id = cluster.onlyScaleSet().id();
        cluster.stopController();
        moving.leaveBehindWhatTheGoSystemWould(before, id);
        Namespaces.label(cluster.client, CONTROLLER_NAMESPACE, Map.of(K3sStage.POD_SECURITY, "restricted"));

        moving.run("Prepare");
        moving.changeSavedValues("maxRunners: 7");
        moving.run("Move over");

        cluster.finishJob(job);
        cluster.awaitRunnerSet(set -> Objects.equals(set.getSpec().maxRunners(), 7) && cluster.hasOneOfEach());
        assertThat(cluster.listener().getMetadata().getAnnotations())
                .doesNotContainKeys(Annotations.LEGACY_RUNNER_SPEC_HASH, Annotations.VALUES_HASH);
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
        AutoscalingRunnerSet after = cluster.runnerSet();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(before.getMetadata().getLabels()).containsEntry(Labels.VERSION, GoCharts.VERSION);
        assertThat(after.getMetadata().getLabels().get(Labels.VERSION)).isNotEqualTo(GoCharts.VERSION);
        assertThat(cluster.onlyScaleSet().id()).isEqualTo(id);
    }

    @Test
    @Order(4)
    void definitionsOfBothSystemsTakeTheStoredObjectsOfEachOther() throws Exception {
        Path definitions =
                GoCharts.in(Files.createDirectory(folder.resolve("back"))).crds();
        EphemeralRunnerSet before = cluster.ephemeralRunnerSet();

        cluster.applyServerSide(definitions);
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
        cluster.applyServerSide(CONTROLLER_CHART.resolve("crds"));

        EphemeralRunnerSet after = cluster.ephemeralRunnerSet();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getSpec().ephemeralRunnerSpec())
                .isEqualTo(before.getSpec().ephemeralRunnerSpec());
    }

    /** {@link MovingOver} has no Go controller: what it decides is modelled in the controller's tests. */
    @Test
    @Order(5)
    void theDocumentedWayBackAndOverAgainKeepsScaleSetAndRunningJobs() throws Exception {
        MovingOver moving = MovingOver.in(folder.resolve("moving"), cluster);
        AutoscalingRunnerSet before = cluster.runnerSet();
        int id = cluster.onlyScaleSet().id();
        moving.allowLessThanRestricted();
        long job = cluster.startJob();

        moving.run("Move back");

        cluster.finishJob(job);
        AutoscalingRunnerSet after = cluster.runnerSet();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getMetadata().getLabels()).containsEntry(Labels.VERSION, GoCharts.VERSION);
        assertThat(cluster.ephemeralRunnerSet().getMetadata().getFinalizers())
                .containsExactly(Finalizers.LEGACY_EPHEMERAL_RUNNER_SET);
        assertThat(cluster.onlyScaleSet().id()).isEqualTo(id);
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();

        moving.run("Move over");

        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
        assertThat(cluster.runnerSet().getMetadata().getUid())
                .isEqualTo(before.getMetadata().getUid());
    }

    /** Each goes to the revision before, which is the one that the Helm before it has left: back and forth. */
    @Test
    @Order(6)
    void aRollbackByEachHelmKeepsTheScaleSet() throws Exception {
        HelmProgram first = cluster.helms.getFirst();
        if (cluster.runnerSet() == null) {
            first.install(CONTROLLER_CHART, CONTROLLER, cluster.controllerValues(Map.of()));
            cluster.stage.objects().watch(ObjectType.custom());
            first.install(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of()));
        } else {
            first.upgrade(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of()));
        }
        first.upgrade(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of("maxRunners", 7)));
        cluster.createInvalidScaleSet();
        AutoscalingRunnerSet before = cluster.runnerSet();
        Integer expected = otherLimit(before.getSpec().maxRunners());
        for (HelmProgram helm : cluster.helms) {
            helm.rollback(RUNNERS);

            AutoscalingRunnerSet after = cluster.runnerSet();
            assertThat(after.getSpec().maxRunners()).as(helm.version()).isEqualTo(expected);
            assertThat(after.getMetadata().getUid())
                    .as(helm.version())
                    .isEqualTo(before.getMetadata().getUid());
            expected = otherLimit(expected);
        }
    }

    /** The invalid scale set is there since the test before. */
    @Test
    @Order(7)
    void theCountOfAWarningIncreasesWhileItsReasonLasts() throws Exception {
        cluster.awaitRepeatedWarning();
    }

    /** In the wrong order, which leaves a scale set without a controller, and then also a deletion. */
    @Test
    @Order(8)
    void aScaleSetThatOutlivesItsControllerSaysSoAndItsDeletionEndsWithTheNextController() throws Exception {
        HelmProgram helm = cluster.helms.getLast();
        cluster.awaitRunnerSet(HelmCluster::isReady);

        helm.uninstall(CONTROLLER);

        cluster.assertRunnerSetIsWithoutController();
        assertThat(cluster.eventsOfRunnerSet()).contains("Warning ControllerUninstalled");
        assertThat(cluster.objectsOfHook("uninstall-report")).isEmpty();
        helm.uninstall(RUNNERS);
        cluster.assertRunnerSetIsWithoutController();

        helm.install(CONTROLLER_CHART, CONTROLLER, cluster.controllerValues(Map.of("reportUninstall", false)));

        cluster.awaitNoRunnerSet();
        cluster.uninstallController(helm);
    }

    private static @Nullable Integer otherLimit(@Nullable Integer limit) {
        return limit == null ? 7 : null;
    }

    @Test
    @Order(9)
    void eachHelmInstallsUpgradesAndUninstallsWithEverythingOptionalAndNoNeedlessPermission() throws Exception {
        for (HelmProgram helm : cluster.helms) {
            helm.install(CONTROLLER_CHART, CONTROLLER, controllerValuesWithEverythingOptional(helm));
            helm.install(
                    SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of("githubServerTLS", CERTIFICATE_AUTHORITY)));
            cluster.awaitRunnerSet(HelmCluster::isReady);
            helm.upgrade(
                    SCALE_SET_CHART,
                    RUNNERS,
                    cluster.scaleSetValues(
                            Map.of("minRunners", 1, "maxRunners", 3, "networkPolicy", Map.of("enabled", true))));
            cluster.awaitRunnerSet(set -> Objects.equals(set.getSpec().maxRunners(), 3));
            cluster.queueJob(Duration.ofSeconds(1));
            cluster.awaitSuccess();
            cluster.awaitIdleRunner();
            RoleRules rules = cluster.rules();
            cluster.uninstallScaleSet(helm);
            assertThat(cluster.forbidden()).isEmpty();
            cluster.assertNoneIsNeedless(rules, RoleRules::isForChangesOfTheListenerMode);
            cluster.uninstallController(helm);
        }
    }

    /** The first Helm, the library, is a Helm 3, which never changes CRDs; Helm 4 does so at an installation. */
    @Test
    @Order(10)
    void anUpgradeOfTheControllerUpgradesTheCrdsAndKeepsTheScaleSet() throws Exception {
        HelmProgram helm = cluster.helms.getLast();
        cluster.applyServerSide(CONTROLLER_CHART.resolve("crds"));
        cluster.stage.objects().watch(ObjectType.custom());
        cluster.downgradeCrds();
        cluster.helms
                .getFirst()
                .install(
                        CONTROLLER_CHART,
                        CONTROLLER,
                        cluster.controllerValues(Map.of("crds", Map.of("upgrade", false))));
        helm.install(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of()));
        cluster.awaitRunnerSet(set -> HelmCluster.isDegraded(set, "CRDOutdated"));
        long job = cluster.startJob();
        AutoscalingRunnerSet before = cluster.runnerSet();

        helm.upgrade(CONTROLLER_CHART, CONTROLLER, cluster.controllerValues(Map.of()));

        assertThat(cluster.hasCurrentCrds()).isTrue();
        assertThat(cluster.objectsOfHook("crd-upgrade")).isEmpty();
        cluster.awaitRunnerSet(set -> !HelmCluster.isDegraded(set, "CRDOutdated"));
        cluster.finishJob(job);
        helm.upgrade(SCALE_SET_CHART, RUNNERS, cluster.scaleSetValues(Map.of("policy", Map.of("maxLifetime", "6h"))));
        AutoscalingRunnerSet after = cluster.runnerSet();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getSpec().policy()).isNotNull();
        cluster.uninstallScaleSet(helm);
        cluster.uninstallController(helm);
        assertThat(cluster.hasCurrentCrds()).isTrue();
    }

    /** But for what needs the Prometheus Operator. The last Helm has reported an uninstallation in the test before. */
    private static Path controllerValuesWithEverythingOptional(HelmProgram helm) throws IOException {
        Map<String, Object> values = new HashMap<>();
        values.put("reportUninstall", helm == cluster.helms.getFirst());
        values.put("replicaCount", 2);
        values.put("flags", Map.of("healthProbeBindAddress", ":8081", "logFormat", "json"));
        values.put("metrics", Map.of("controllerManagerAddr", ":8080", "listenerAddr", ":8080"));
        values.put("podDisruptionBudget", Map.of("enabled", true));
        values.put("priorityClass", Map.of("create", true));
        values.put("networkPolicy", Map.of("enabled", true, "egressPorts", List.of(443, 6443, K3sStage.GITHUB_PORT)));
        values.put("monitoring", Map.of("dashboard", Map.of("enabled", true)));
        return cluster.controllerValues(values);
    }
}
