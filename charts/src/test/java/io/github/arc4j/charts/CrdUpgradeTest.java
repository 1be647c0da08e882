package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hook that upgrades the cluster's CRDs, which Helm itself never does. */
class CrdUpgradeTest {

    private static final String RUNNER_SETS = "autoscalingrunnersets.actions.github.com";
    private static final String SCHEMA = "/spec/versions/0/schema/openAPIV3Schema/properties";

    @TempDir
    private Path folder;

    private FakeCluster cluster;

    /** The chart's CRDs by name. */
    private final TreeMap<String, ObjectNode> crds = new TreeMap<>();

    @BeforeEach
    void startCluster() throws IOException {
        cluster = FakeCluster.start();
        try (Stream<Path> files = Files.list(Chart.CONTROLLER.path().resolve("crds"))) {
            for (Path file : files.toList()) {
                ObjectNode crd = (ObjectNode) Yaml.read(file);
                crds.put(crd.at("/metadata/name").asText(), crd);
            }
        }
    }

    @AfterEach
    void stopCluster() throws IOException {
        cluster.close();
    }

    private ObjectNode crdOfRunnerSets() {
        return Objects.requireNonNull(crds.get(RUNNER_SETS)).deepCopy();
    }

    private ObjectNode outdated() {
        ObjectNode crd = crdOfRunnerSets();
        ((ObjectNode) crd.at(SCHEMA + "/spec/properties")).remove("policy");
        return crd;
    }

    private List<JsonNode> hooks(String values) throws IOException {
        Path file = Files.writeString(folder.resolve("values.yaml"), values);
        return Chart.CONTROLLER.renderWithCrds(Release.DEFAULT, file).objects().stream()
                .filter(object -> object.at("/metadata/name").asText().endsWith("-crd-upgrade"))
                .toList();
    }

    private static JsonNode hook(List<JsonNode> hooks, String kind) {
        return new Rendering(hooks).object(kind);
    }

    /** As helm template, whose output is the same everywhere. */
    @Test
    void withoutCrdsThereIsNoHook() throws IOException {
        assertThat(hooks("{}")).isEmpty();
    }

    @Test
    void withTheSameCrdsThereIsNoHook() throws IOException {
        crds.values().forEach(cluster::crd);

        assertThat(hooks("{}")).isEmpty();
    }

    /** A newer controller may have upgraded them. */
    @Test
    void withNewerCrdsThereIsNoHook() throws IOException {
        crds.values().forEach(cluster::crd);
        ObjectNode newer = crdOfRunnerSets();
        ((ObjectNode) newer.at(SCHEMA + "/spec/properties")).putObject("future").put("type", "string");
        newer.withArray("/spec/versions").insertObject(0).put("name", "v1beta1");
        cluster.crd(newer);

        assertThat(hooks("{}")).isEmpty();
    }

    @Test
    void outdatedCrdsAreUpgradedBeforeEverythingElse() throws IOException {
        crds.values().forEach(cluster::crd);
        cluster.crd(outdated());

        List<JsonNode> hooks = hooks("flags: {logFormat: json}");

        assertThat(hooks)
                .extracting(object -> object.path("kind").asText())
                .containsExactly("ClusterRole", "ClusterRoleBinding", "Job", "ServiceAccount");
        assertThat(hooks).allSatisfy(object -> {
            JsonNode annotations = object.at("/metadata/annotations");
            assertThat(annotations.path("helm.sh/hook").asText()).isEqualTo("pre-install,pre-upgrade");
            assertThat(annotations.path("helm.sh/hook-delete-policy").asText())
                    .isEqualTo("before-hook-creation,hook-succeeded");
        });
        JsonNode job = hook(hooks, "Job");
        assertThat(job.at("/metadata/annotations/helm.sh~1hook-weight").asText())
                .isEqualTo("1");
        JsonNode pod = job.at("/spec/template/spec");
        assertThat(pod.at("/serviceAccountName"))
                .isEqualTo(hook(hooks, "ServiceAccount").at("/metadata/name"));
        assertThat(pod.at("/containers/0/args")).hasToString("""
                ["--upgrade-crds","--log-level=debug","--log-format=json"]""");
    }

    @Test
    void theHookMayPatchTheFourCrdsAndNothingElse() throws IOException {
        crds.values().forEach(cluster::crd);
        cluster.crd(outdated());

        JsonNode rules = hook(hooks("{}"), "ClusterRole").path("rules");

        assertThat(rules).isEqualTo(Yaml.parse("""
                - apiGroups: [apiextensions.k8s.io]
                  resources: [customresourcedefinitions]
                  resourceNames: [%s]
                  verbs: [get, patch]
                """.formatted(String.join(", ", crds.keySet()))));
    }

    /** A future version may have more of them; Helm installs CRDs only with the release. */
    @Test
    void theHookMayCreateCrdsOnlyIfOneIsMissing() throws IOException {
        cluster.crd(crdOfRunnerSets());

        JsonNode rules = hook(hooks("{}"), "ClusterRole").path("rules");

        assertThat(rules).hasSize(2);
        assertThat(rules.get(0).path("resourceNames")).hasSize(4);
        assertThat(rules.get(1)).isEqualTo(Yaml.parse("""
                {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: [create]}
                """));
    }

    /** The administrator of one namespace usually may not change CRDs. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "crds: {upgrade: false}|false",
                "crds: {upgrade: true}|true",
                "crds: null|true",
                "flags: {watchSingleNamespace: team}|false",
                "{flags: {watchSingleNamespace: team}, crds: {upgrade: true}}|true",
            })
    void canBeEnabledAndDisabled(String values, boolean enabled) throws IOException {
        cluster.crd(outdated());

        assertThat(hooks(values).isEmpty()).isEqualTo(!enabled);
    }

    @Test
    void networkPolicyLetsTheJobReachTheApiServer() throws IOException {
        cluster.crd(outdated());

        List<JsonNode> hooks = hooks("networkPolicy: {enabled: true}");

        JsonNode labels = hook(hooks, "Job").at("/spec/template/metadata/labels");
        assertThat(hook(hooks, "NetworkPolicy")
                        .at("/spec/podSelector/matchLabels")
                        .properties())
                .isSubsetOf(labels.properties());
    }
}
