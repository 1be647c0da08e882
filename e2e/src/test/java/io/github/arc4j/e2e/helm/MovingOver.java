package io.github.arc4j.e2e.helm;

import static io.github.arc4j.demo.stage.Stage.CONTROLLER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static io.github.arc4j.e2e.helm.HelmCluster.CONTROLLER;
import static io.github.arc4j.e2e.helm.HelmCluster.RUNNERS;
import static java.util.Map.entry;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.Namespaces;
import io.github.arc4j.demo.stage.ObjectType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The way between the Go system and this one, as {@code docs/moving-over.md} describes it. The Go system's charts are
 * real, but its controller is not there: this one plays its part.
 */
final class MovingOver {
    private static final Path PAGE = HelmCluster.CONTROLLER_CHART
            .resolveSibling("../docs/moving-over.md")
            .normalize();
    private static final String GO_CHARTS = "oci://ghcr.io/actions/actions-runner-controller-charts/";

    private final HelmCluster cluster;
    private final Path values;
    private final Path controllerChart;
    private final Path scaleSetChart;
    private final DocumentedCommands documented;

    private MovingOver(HelmCluster cluster, Path folder, GoCharts go) throws IOException {
        this.cluster = cluster;
        this.values = folder.resolve(SCALE_SET + "-values.yaml");
        this.controllerChart = go.controller(CONTROLLER.name(), K3sStage.controllerImage());
        this.scaleSetChart = go.scaleSet(
                cluster.stage.configUrl(), CONTROLLER.name() + "-gha-rs-controller", cluster.stage.runner());
        this.documented = new DocumentedCommands(
                PAGE,
                folder,
                Map.of("KUBECONFIG", cluster.kubeConfig.toString()),
                List.of(
                        entry(published("gha-runner-scale-set-controller"), controllerChart.toString()),
                        entry(published("gha-runner-scale-set"), scaleSetChart.toString()),
                        entry(
                                "ghcr.io/actions/gha-runner-scale-set-controller:" + GoCharts.VERSION,
                                K3sStage.controllerImage()),
                        entry("my-runners", SCALE_SET)));
    }

    /** @param folder for files, which may be there from a former call */
    static MovingOver in(Path folder, HelmCluster cluster) throws IOException, InterruptedException {
        DocumentedCommands.assumeThereAre("bash", "helm", "kubectl");
        GoCharts go = GoCharts.in(Files.createDirectories(folder));
        Path charts = folder.resolve("charts");
        if (!Files.exists(charts)) {
            Files.createSymbolicLink(
                    charts, HelmCluster.CONTROLLER_CHART.toAbsolutePath().getParent());
        }
        return new MovingOver(cluster, folder, go);
    }

    private static String published(String chart) {
        return GO_CHARTS + chart + " --version " + GoCharts.VERSION;
    }

    void installGoSystem(HelmProgram helm) throws Exception {
        allowLessThanRestricted();
        helm.install(controllerChart, CONTROLLER, cluster.controllerValues(Map.of()));
        cluster.stage.objects().watch(ObjectType.custom());
        helm.install(scaleSetChart, RUNNERS, cluster.scaleSetValues(Map.of()));
    }

    /** Runs the commands of a section of the page. */
    void run(String section) throws IOException, InterruptedException {
        documented.run(section);
    }

    /** The file that the page has users save, with a value of this system. */
    void changeSavedValues(String line) throws IOException {
        Files.writeString(values, Files.readString(values) + line + "\n");
    }

    /** The Go controller's pod asks for less than the standard "restricted" does. */
    void allowLessThanRestricted() {
        Namespaces.label(cluster.client, CONTROLLER_NAMESPACE, Map.of(K3sStage.POD_SECURITY, "privileged"));
    }

    /** What this controller has made in the Go controller's place, and what the latter would have left besides. */
    void leaveBehindWhatTheGoSystemWould(AutoscalingRunnerSet set, int id) throws IOException {
        cluster.client
                .resources(AutoscalingListener.class)
                .inNamespace(CONTROLLER_NAMESPACE)
                .list()
                .getItems()
                .forEach(listener -> cluster.client.resource(listener).edit(live -> {
                    Map<String, String> annotations = live.getMetadata().getAnnotations();
                    annotations.remove(Annotations.INTEGRITY_HASH);
                    annotations.put(Annotations.LEGACY_RUNNER_SPEC_HASH, "7d6b446664");
                    annotations.put(
                            Annotations.VALUES_HASH,
                            set.getMetadata().getAnnotations().getOrDefault(Annotations.VALUES_HASH, ""));
                    return live;
                }));
        try (var template = Objects.requireNonNull(
                MovingOver.class.getResourceAsStream("/left-by-0.14.2.yaml"), "left-by-0.14.2.yaml")) {
            String yaml = new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("{uid}", set.getMetadata().getUid())
                    .replace("{id}", Integer.toString(id))
                    .replace("{url}", set.getSpec().githubConfigUrl());
            cluster.client
                    .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                    .create();
        }
    }
}
