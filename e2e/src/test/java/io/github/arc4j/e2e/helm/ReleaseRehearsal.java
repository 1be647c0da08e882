package io.github.arc4j.e2e.helm;

import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static io.github.arc4j.e2e.helm.HelmCluster.CONTROLLER_CHART;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.demo.stage.ObjectType;
import io.github.arc4j.demo.stage.Setting;
import io.github.arc4j.e2e.Requirements;
import io.github.arc4j.simulator.SimulatorEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Installs and upgrades releases from a registry, with the commands of {@code docs/upgrading.md}. {@code hack/release
 * --rehearse} runs it; its name keeps it out of other builds, which have no releases.
 *
 * <p>System properties: {@code release.charts} is the registry, such as {@code localhost:5000/arc4j}, and
 * {@code release.images} the same registry as nodes reach it. {@code release.versions} names the two versions, the older
 * one first.
 */
@ExtendWith(Requirements.class)
class ReleaseRehearsal {
    private static final String PUBLISHED = "ghcr.io/arc4j";
    private static final List<String> VERSIONS =
            List.of(Setting.of("release.versions", "").split(","));

    @TempDir
    private static Path folder;

    private static HelmCluster cluster;

    @RegisterExtension
    static final AfterTestExecutionCallback DIAGNOSTICS = test -> HelmCluster.saveDiagnostics(cluster, test);

    @BeforeAll
    static void start() throws Exception {
        DocumentedCommands.assumeThereAre("bash", "helm", "kubectl");
        cluster = HelmCluster.start(folder);
        for (String version : VERSIONS) {
            cluster.stage.pullImage(
                    "%s/arc4j:%s".formatted(Setting.of("release.images", ""), version),
                    "%s/arc4j:%s".formatted(PUBLISHED, version));
        }
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aReleaseIsInstalledRunsAJobAndIsUpgradedWithEverythingKept() throws Exception {
        Files.copy(cluster.scaleSetValues(Map.of("minRunners", 1)), folder.resolve(SCALE_SET + "-values.yaml"));
        Files.writeString(folder.resolve("controller-values.yaml"), "flags: {healthProbeBindAddress: ':8081'}\n");

        commands(VERSIONS.getFirst()).run("Install");
        cluster.stage.objects().watch(ObjectType.custom());
        cluster.events.await(SimulatorEvent.Kind.SESSION_OPENED);
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
        cluster.awaitRunnerSet(HelmCluster::isReady);
        AutoscalingRunnerSet before = cluster.runnerSet();
        int id = cluster.onlyScaleSet().id();
        assertThat(imagesOfControllers()).containsExactly(PUBLISHED + "/arc4j:" + VERSIONS.getFirst());
        cluster.queueJob(Duration.ofSeconds(20));
        cluster.events.await(SimulatorEvent.Kind.JOB_STARTED);
        cluster.downgradeCrds();

        commands(VERSIONS.getLast()).run("Upgrade");

        cluster.awaitSuccess();
        AutoscalingRunnerSet after = cluster.runnerSet();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getMetadata().getLabels()).containsEntry(Labels.VERSION, VERSIONS.getLast());
        assertThat(cluster.onlyScaleSet().id()).isEqualTo(id);
        assertThat(imagesOfControllers()).containsExactly(PUBLISHED + "/arc4j:" + VERSIONS.getLast());
        assertThat(cluster.hasCurrentCrds()).isTrue();
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
    }

    private static DocumentedCommands commands(String version) {
        return new DocumentedCommands(
                CONTROLLER_CHART.resolveSibling("../docs/upgrading.md").normalize(),
                folder,
                Map.of("KUBECONFIG", cluster.kubeConfig.toString(), "VERSION", version),
                List.of(
                        entry("oci://" + PUBLISHED, "--plain-http oci://" + Setting.of("release.charts", "")),
                        entry("my-runners", SCALE_SET)));
    }

    private static List<String> imagesOfControllers() {
        return cluster
                .client
                .pods()
                .inAnyNamespace()
                .withLabel(Labels.PART_OF, "gha-rs-controller")
                .list()
                .getItems()
                .stream()
                .filter(pod -> !pod.isMarkedForDeletion())
                .map(ReleaseRehearsal::image)
                .toList();
    }

    private static String image(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getImage();
    }
}
