package io.github.arc4j.e2e.helm;

import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static io.github.arc4j.e2e.helm.HelmCluster.CONTROLLER_CHART;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.ObjectType;
import io.github.arc4j.demo.stage.Setting;
import io.github.arc4j.e2e.Requirements;
import io.github.arc4j.simulator.SimulatorEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Installs a release from a registry and upgrades it, with the commands and values of {@code docs/installation.md} and
 * {@code docs/upgrading.md}. {@code hack/release --rehearse} runs it; its name keeps it out of other builds, which have
 * no releases.
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

    private static final Path DOCS = CONTROLLER_CHART.resolveSibling("../docs").normalize();
    private static final Path INSTALLATION = DOCS.resolve("installation.md");
    private static final Path UPGRADING = DOCS.resolve("upgrading.md");
    private static final Pattern CONTROLLER_VALUES =
            Pattern.compile("(?ms)^```yaml\\n# controller-values\\.yaml\\n(.*?)^```$");

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
        Files.writeString(folder.resolve("controller-values.yaml"), documentedControllerValues());

        commands(INSTALLATION, VERSIONS.getFirst()).run("Install a release");
        cluster.stage.objects().watch(ObjectType.custom());
        cluster.events.await(SimulatorEvent.Kind.SESSION_OPENED);
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
        cluster.awaitRunnerSet(HelmCluster::isReady);
        AutoscalingRunnerSet before = cluster.runnerSet();
        int id = cluster.onlyScaleSet().id();
        assertThat(imagesOfControllers()).containsOnly(PUBLISHED + "/arc4j:" + VERSIONS.getFirst());
        cluster.queueJob(Duration.ofSeconds(20));
        cluster.events.await(SimulatorEvent.Kind.JOB_STARTED);
        cluster.downgradeCrds();

        commands(UPGRADING, VERSIONS.getLast()).run("Upgrade");

        cluster.awaitSuccess();
        AutoscalingRunnerSet after = cluster.runnerSet();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getMetadata().getLabels()).containsEntry(Labels.VERSION, VERSIONS.getLast());
        assertThat(cluster.onlyScaleSet().id()).isEqualTo(id);
        assertThat(imagesOfControllers()).containsOnly(PUBLISHED + "/arc4j:" + VERSIONS.getLast());
        assertThat(cluster.hasCurrentCrds()).isTrue();
        cluster.queueJob(Duration.ofSeconds(1));
        cluster.awaitSuccess();
    }

    /** With the port of the simulator, and without the image, which a release names itself. */
    private static String documentedControllerValues() throws IOException {
        Matcher documented = CONTROLLER_VALUES.matcher(Files.readString(INSTALLATION));
        assertThat(documented.find()).isTrue();
        Map<String, Object> values =
                Serialization.unmarshal(documented.group(1), new TypeReference<Map<String, Object>>() {});
        values.remove("image");
        values.put("networkPolicy", Map.of("enabled", true, "egressPorts", List.of(443, 6443, K3sStage.GITHUB_PORT)));
        return Serialization.asYaml(values);
    }

    private static DocumentedCommands commands(Path page, String version) {
        return new DocumentedCommands(
                page,
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
