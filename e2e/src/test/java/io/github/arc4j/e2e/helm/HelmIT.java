package io.github.arc4j.e2e.helm;

import static io.github.arc4j.demo.stage.Stage.CONTROLLER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.RUNNER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.ObjectRef;
import io.github.arc4j.demo.stage.ObjectType;
import io.github.arc4j.e2e.Docker;
import io.github.arc4j.e2e.GitHubEvents;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SimulatorEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String CONTROLLER_CHART = "gha-runner-scale-set-controller";
    private static final String SCALE_SET_CHART = "gha-runner-scale-set";
    private static final HelmRelease CONTROLLER = new HelmRelease("arc", CONTROLLER_NAMESPACE);
    private static final HelmRelease RUNNERS = new HelmRelease(SCALE_SET, RUNNER_NAMESPACE);

    @TempDir
    private static Path folder;

    private static K3sStage stage;
    private static GitHubEvents events;
    private static KubernetesClient client;
    private static Set<ObjectRef> beforeInstallation;
    private static final List<HelmProgram> HELMS = new ArrayList<>();

    @RegisterExtension
    static final AfterTestExecutionCallback DIAGNOSTICS = context -> {
        if (context.getExecutionException().isPresent() && stage != null) {
            stage.saveDiagnostics();
        }
    };

    @BeforeAll
    static void start() throws Exception {
        Docker.require();
        stage = K3sStage.start(progress -> {});
        client = stage.client();
        beforeInstallation = stage.objects().objects();
        events = new GitHubEvents(stage.gitHub());
        Path kubeConfig = Files.writeString(folder.resolve("kubeconfig"), stage.kubeConfig());
        HELMS.add(new HelmLibrary(kubeConfig));
        HELMS.addAll(HelmBinary.installed(kubeConfig));
    }

    @AfterAll
    static void stop() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    @Order(1)
    void eachHelmFindsNoFaultWithTheCharts() throws Exception {
        for (HelmProgram helm : HELMS) {
            helm.lint(K3sStage.chart(CONTROLLER_CHART));
            helm.lint(K3sStage.chart(SCALE_SET_CHART));
            assertThat(helm.template(K3sStage.chart(CONTROLLER_CHART), controllerValues()))
                    .as(helm.version())
                    .contains("kind: Deployment");
        }
    }

    /** The last Helm upgrades what the first has installed: with a helm 4 on the path, that is a change of Helm's major, too. */
    @Test
    @Order(2)
    void anUpgradeFromTheGoSystemKeepsScaleSetAndRunningJobs() throws Exception {
        OldCharts old = OldCharts.in(Files.createDirectory(folder.resolve("old")));
        HELMS.getFirst().install(old.chart(CONTROLLER_CHART), CONTROLLER, controllerValues());
        stage.objects().watch(ObjectType.custom());
        HELMS.getFirst().install(old.chart(SCALE_SET_CHART), RUNNERS, scaleSetValues(Map.of()));
        events.await(SimulatorEvent.Kind.SESSION_OPENED);
        queueJob(Duration.ofSeconds(20));
        events.await(SimulatorEvent.Kind.JOB_STARTED);
        AutoscalingRunnerSet before = runnerSet();
        int id = onlyScaleSet().id();
        stopController();
        leaveBehindWhatTheGoSystemWould(before, id);

        applyServerSide(K3sStage.chart(CONTROLLER_CHART).resolve("crds"));
        HELMS.getLast().upgrade(K3sStage.chart(CONTROLLER_CHART), CONTROLLER, controllerValues());
        HELMS.getLast().upgrade(K3sStage.chart(SCALE_SET_CHART), RUNNERS, scaleSetValues(Map.of("maxRunners", 7)));

        assertThat(events.await(SimulatorEvent.Kind.JOB_COMPLETED).detail()).isEqualTo("succeeded");
        awaitRunnerSet(set -> Objects.equals(set.getSpec().maxRunners(), 7) && onlyOneOfEach());
        queueJob(Duration.ofSeconds(1));
        assertThat(events.await(SimulatorEvent.Kind.JOB_COMPLETED).detail()).isEqualTo("succeeded");
        AutoscalingRunnerSet after = runnerSet();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getMetadata().getLabels().get(Labels.VERSION)).isNotEqualTo(OldCharts.VERSION);
        assertThat(onlyScaleSet().id()).isEqualTo(id);
    }

    @Test
    @Order(3)
    void definitionsOfBothSystemsTakeTheStoredObjectsOfEachOther() throws Exception {
        EphemeralRunnerSet before = client.resources(EphemeralRunnerSet.class)
                .inNamespace(RUNNER_NAMESPACE)
                .withName(SCALE_SET)
                .get();

        applyServerSide(
                OldCharts.in(Files.createDirectory(folder.resolve("back"))).crds());
        queueJob(Duration.ofSeconds(1));
        assertThat(events.await(SimulatorEvent.Kind.JOB_COMPLETED).detail()).isEqualTo("succeeded");
        applyServerSide(K3sStage.chart(CONTROLLER_CHART).resolve("crds"));

        EphemeralRunnerSet after = client.resources(EphemeralRunnerSet.class)
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
        AutoscalingRunnerSet before = runnerSet();
        HelmProgram helm = HELMS.getLast();
        if (helm.rollsBack()) {
            helm.rollback(RUNNERS);
            awaitRunnerSet(set -> set.getSpec().maxRunners() == null);
            assertThat(runnerSet().getMetadata().getUid())
                    .isEqualTo(before.getMetadata().getUid());
            assertThat(runnerSet().getMetadata().getLabels()).containsEntry(Labels.VERSION, OldCharts.VERSION);
        }
        uninstall(helm);
    }

    @Test
    @Order(5)
    void eachHelmInstallsUpgradesAndUninstallsWithEverythingOptional() throws Exception {
        for (HelmProgram helm : HELMS) {
            helm.install(K3sStage.chart(CONTROLLER_CHART), CONTROLLER, controllerValuesWithEverythingOptional());
            helm.install(K3sStage.chart(SCALE_SET_CHART), RUNNERS, scaleSetValues(Map.of()));
            awaitRunnerSet(HelmIT::isReady);
            helm.upgrade(
                    K3sStage.chart(SCALE_SET_CHART),
                    RUNNERS,
                    scaleSetValues(Map.of("maxRunners", 3, "networkPolicy", Map.of("enabled", true))));
            awaitRunnerSet(set -> Objects.equals(set.getSpec().maxRunners(), 3));
            uninstall(helm);
        }
    }

    private static void uninstall(HelmProgram helm) throws Exception {
        helm.uninstall(RUNNERS);
        stage.objects().await(left -> left.stream().noneMatch(isRunnerSet()), TIMEOUT);
        helm.uninstall(CONTROLLER);
        assertThat(stage.objects().awaitOnly(beforeInstallation, TIMEOUT)).isEmpty();
        assertThat(stage.gitHub().leftovers()).isEmpty();
    }

    private static Predicate<ObjectRef> isRunnerSet() {
        return object -> object.kind().equals(ObjectType.AUTOSCALING_RUNNER_SET.kind());
    }

    private static Path controllerValues() throws IOException {
        return write("controller.yaml", K3sStage.controllerValues());
    }

    /** But for what needs the Prometheus Operator. */
    private static Path controllerValuesWithEverythingOptional() throws IOException {
        Map<String, Object> values = new HashMap<>(K3sStage.controllerValues());
        values.put("replicaCount", 2);
        values.put("flags", Map.of("healthProbeBindAddress", ":8081", "logFormat", "json"));
        values.put("metrics", Map.of("controllerManagerAddr", ":8080", "listenerAddr", ":8080"));
        values.put("podDisruptionBudget", Map.of("enabled", true));
        values.put("priorityClass", Map.of("create", true));
        values.put("networkPolicy", Map.of("enabled", true, "egressPorts", List.of(443, 6443, K3sStage.GITHUB_PORT)));
        values.put("monitoring", Map.of("dashboard", Map.of("enabled", true)));
        return write("controller.yaml", values);
    }

    private static Path scaleSetValues(Map<String, Object> more) throws IOException {
        Map<String, Object> values = new HashMap<>(stage.scaleSetValues());
        values.putAll(more);
        return write("scale-set.yaml", values);
    }

    private static Path write(String name, Map<String, Object> values) throws IOException {
        return Files.writeString(folder.resolve(name), Serialization.asYaml(values));
    }

    private static void queueJob(Duration duration) {
        stage.gitHub().queue(JobRequest.builder(SCALE_SET).duration(duration).build(), 1);
    }

    private static AutoscalingRunnerSet runnerSet() {
        return client.resources(AutoscalingRunnerSet.class)
                .inNamespace(RUNNER_NAMESPACE)
                .withName(SCALE_SET)
                .get();
    }

    private static void awaitRunnerSet(Predicate<AutoscalingRunnerSet> condition) {
        await().atMost(TIMEOUT).until(HelmIT::runnerSet, condition);
    }

    private static boolean isReady(@Nullable AutoscalingRunnerSet set) {
        return set != null
                && set.getStatus() != null
                && Conditions.isTrue(set.getStatus().conditions(), Conditions.READY);
    }

    private static boolean onlyOneOfEach() {
        return count(EphemeralRunnerSet.class, RUNNER_NAMESPACE) == 1
                && count(AutoscalingListener.class, CONTROLLER_NAMESPACE) == 1;
    }

    private static int count(Class<? extends HasMetadata> type, String namespace) {
        return client.resources(type).inNamespace(namespace).list().getItems().size();
    }

    private static ScaleSetView onlyScaleSet() {
        assertThat(stage.gitHub().scaleSets()).hasSize(1);
        return stage.gitHub().scaleSets().getFirst();
    }

    /** The listener stays: it has a job to report. */
    private static void stopController() {
        var deployments = client.apps().deployments().inNamespace(CONTROLLER_NAMESPACE);
        deployments.withName("arc-gha-rs-controller").scale(0);
        await().atMost(TIMEOUT)
                .until(() -> client.pods()
                        .inNamespace(CONTROLLER_NAMESPACE)
                        .withLabel(Labels.PART_OF, "gha-rs-controller")
                        .list()
                        .getItems()
                        .isEmpty());
    }

    private static void leaveBehindWhatTheGoSystemWould(AutoscalingRunnerSet set, int id) throws IOException {
        client.resources(AutoscalingRunnerSet.class)
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
            client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                    .create();
        }
    }

    /** As {@code kubectl apply --server-side --force-conflicts -f FOLDER}. */
    private static void applyServerSide(Path crds) throws IOException {
        try (Stream<Path> files = Files.list(crds)) {
            for (Path file : files.toList()) {
                try (var yaml = Files.newInputStream(file)) {
                    for (HasMetadata crd : client.load(yaml).items()) {
                        client.resource(crd)
                                .fieldManager("kubectl")
                                .forceConflicts()
                                .serverSideApply();
                    }
                }
            }
        }
    }
}
