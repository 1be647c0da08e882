package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Invariants of the objects of a runner set for all values. */
class RunnerSetObjectsTest {

    private static final String RUNNER_SET = "AutoscalingRunnerSet";

    private static final StructuralSchema SCHEMA = StructuralSchema.ofCrd(
            Yaml.read(Path.of(Chart.CONTROLLER.folder(), "crds", "actions.github.com_autoscalingrunnersets.yaml")));

    /** The kind of the object named by each annotation. The controller removes the finalizers from these objects. */
    private static final Map<String, String> CLEANUP = Map.of(
            "cleanup-github-secret-name", "Secret",
            "cleanup-manager-role-binding", "RoleBinding",
            "cleanup-manager-role-name", "Role",
            "cleanup-kubernetes-mode-role-binding-name", "RoleBinding",
            "cleanup-kubernetes-mode-role-name", "Role",
            "cleanup-kubernetes-mode-service-account-name", "ServiceAccount",
            "cleanup-no-permission-service-account-name", "ServiceAccount");

    private static final Set<String> WITHOUT_PROTECTION = Set.of(RUNNER_SET, "NetworkPolicy", "PodDisruptionBudget");

    static Stream<GoldenCase> cases() {
        return GoldenCase.of(Chart.RUNNER_SET);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void runnerSetConformsToItsCrd(GoldenCase golden) {
        assertThat(SCHEMA.problems(golden.render().object(RUNNER_SET))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyProtectedObjectIsListedForCleanup(GoldenCase golden) {
        Rendering rendered = golden.render();
        Set<String> named = rendered.object(RUNNER_SET).at("/metadata/annotations").properties().stream()
                .filter(annotation -> annotation.getKey().startsWith("actions.github.com/cleanup-"))
                .map(annotation -> CLEANUP.get(annotation.getKey().replace("actions.github.com/", "")) + " "
                        + annotation.getValue().asText())
                .collect(Collectors.toSet());

        List<JsonNode> others = rendered.objects().stream()
                .filter(object -> !WITHOUT_PROTECTION.contains(kind(object)))
                .toList();
        assertThat(others).allSatisfy(object -> {
            assertThat(object.at("/metadata/finalizers"))
                    .map(JsonNode::asText)
                    .containsExactly("actions.github.com/cleanup-protection");
            assertThat(named).contains(kind(object) + " " + name(object));
        });
        assertThat(named).hasSize(others.size());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bindingsAndPodsReferToExistingObjects(GoldenCase golden) {
        Rendering rendered = golden.render();
        List<String> roles =
                rendered.ofKind("Role").stream().map(RunnerSetObjectsTest::name).toList();
        List<String> accounts = rendered.ofKind("ServiceAccount").stream()
                .map(RunnerSetObjectsTest::name)
                .toList();
        String podAccount = rendered.object(RUNNER_SET)
                .at("/spec/template/spec/serviceAccountName")
                .asText();

        assertThat(rendered.ofKind("RoleBinding"))
                .allSatisfy(binding ->
                        assertThat(roles).contains(binding.at("/roleRef/name").asText()));
        assertThat(podAccount).isNotEmpty();
        if (!accounts.isEmpty()) {
            assertThat(accounts).containsExactly(podAccount);
        }
    }

    private static String kind(JsonNode object) {
        return object.path("kind").asText();
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }
}
