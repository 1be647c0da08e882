package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hook that runs when the controller is uninstalled, after everything else of the release has been deleted. */
class UninstallReportTest {

    private static final String POST_DELETE = "post-delete";

    private static final Map<GoldenCase, Rendering> RENDERED = new HashMap<>();

    @TempDir
    private Path folder;

    static Stream<GoldenCase> cases() {
        return GoldenCase.of(Chart.CONTROLLER);
    }

    /** An upgrade must not run the hook, and none of its objects exist while the release is installed. */
    @ParameterizedTest
    @MethodSource("cases")
    void allObjectsExistOnlyDuringUninstallationAndAreAlwaysDeleted(GoldenCase golden) {
        List<JsonNode> hooks = hooks(render(golden));

        assertThat(hooks).extracting(object -> object.path("kind").asText()).contains("ServiceAccount", "Job");
        assertThat(hooks).allSatisfy(object -> {
            assertThat(name(object)).endsWith("-uninstall-report").hasSizeLessThanOrEqualTo(63);
            assertThat(annotation(object, "helm.sh/hook")).isEqualTo(POST_DELETE);
            assertThat(annotation(object, "helm.sh/hook-delete-policy").split(","))
                    .containsExactlyInAnyOrder("before-hook-creation", "hook-succeeded", "hook-failed");
        });
        assertThat(render(golden).ofKind("Job")).allMatch(hooks::contains);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void podDependsOnNoObjectOfTheRelease(GoldenCase golden) {
        Rendering rendered = render(golden);
        JsonNode job = rendered.object("Job");
        JsonNode pod = job.at("/spec/template/spec");

        assertThat(pod.path("serviceAccountName").asText()).isEqualTo(name(job));
        assertThat(weight(job))
                .isGreaterThan(hooks(rendered).stream()
                        .filter(object -> !object.equals(job))
                        .mapToInt(UninstallReportTest::weight)
                        .max()
                        .orElseThrow());
        assertThat(rendered.ofKind("PriorityClass"))
                .extracting(UninstallReportTest::name)
                .doesNotContain(pod.path("priorityClassName").asText());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void podResemblesTheControllersPod(GoldenCase golden) {
        Rendering rendered = render(golden);
        JsonNode pod = rendered.object("Job").at("/spec/template/spec");
        JsonNode controller = rendered.ofKind("Deployment").stream()
                .map(deployment -> deployment.at("/spec/template/spec"))
                .filter(spec -> spec.at("/containers/0/name").asText().equals("manager"))
                .findFirst()
                .orElseThrow();

        for (String field :
                List.of("imagePullSecrets", "securityContext", "volumes", "nodeSelector", "affinity", "tolerations")) {
            assertThat(pod.path(field)).as(field).isEqualTo(controller.path(field));
        }
        for (String field :
                List.of("image", "imagePullPolicy", "command", "env", "resources", "securityContext", "volumeMounts")) {
            assertThat(pod.at("/containers/0").path(field))
                    .as(field)
                    .isEqualTo(controller.at("/containers/0").path(field));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noSelectorOfTheControllerMatchesThePod(GoldenCase golden) {
        Rendering rendered = render(golden);
        JsonNode labels = rendered.object("Job").at("/spec/template/metadata/labels");

        Stream<JsonNode> selectors = Stream.concat(
                rendered.ofKind("Deployment").stream().map(object -> object.at("/spec/selector/matchLabels")),
                Stream.concat(
                        rendered.ofKind("PodDisruptionBudget").stream()
                                .map(object -> object.at("/spec/selector/matchLabels")),
                        rendered.ofKind("Service").stream().map(object -> object.at("/spec/selector"))));
        assertThat(selectors)
                .isNotEmpty()
                .noneMatch(selector -> selector.properties().stream()
                        .allMatch(label -> label.getValue().equals(labels.path(label.getKey()))));
    }

    /** Helm waits for the Job. */
    @Test
    void jobEndsWithinAMinute() throws IOException {
        JsonNode spec = render("{}").object("Job").path("spec");

        assertThat(spec.path("activeDeadlineSeconds").asInt()).isEqualTo(60);
        assertThat(spec.path("backoffLimit").asInt()).isEqualTo(1);
    }

    @Test
    void serviceAccountHasMinimalPermissions() throws IOException {
        JsonNode role = hook(render("{}"), "ClusterRole");

        assertThat(role.path("rules")).isEqualTo(Yaml.parse("""
                - {apiGroups: [actions.github.com], resources: [autoscalingrunnersets], verbs: [list]}
                - {apiGroups: [actions.github.com], resources: [autoscalingrunnersets/status], verbs: [patch]}
                - {apiGroups: [""], resources: [events], verbs: [create]}
                """));
    }

    @Test
    void watchesOnlyTheSingleNamespaceAndHasPermissionsOnlyThere() throws IOException {
        Rendering everywhere = render("{}");
        Rendering single = render("flags: {watchSingleNamespace: team}");

        assertThat(hooks(single))
                .extracting(object -> object.path("kind").asText())
                .doesNotContain("ClusterRole", "ClusterRoleBinding");
        JsonNode role = hook(single, "Role");
        assertThat(role.at("/metadata/namespace").asText()).isEqualTo("team");
        assertThat(role.path("rules")).isEqualTo(hook(everywhere, "ClusterRole").path("rules"));
        assertThat(hook(single, "RoleBinding").at("/metadata/namespace").asText())
                .isEqualTo("team");
        assertThat(arguments(everywhere)).first().isEqualTo("--report-uninstalled");
        assertThat(arguments(everywhere)).noneMatch(argument -> argument.contains("namespace"));
        assertThat(arguments(single)).contains("--watch-namespace=team");
    }

    /** The controller's NetworkPolicy has already been deleted, and another policy may deny all other traffic. */
    @Test
    void networkPolicyAllowsTheSameEgressAsTheControllers() throws IOException {
        assertThat(hooks(render("{}")))
                .extracting(object -> object.path("kind").asText())
                .doesNotContain("NetworkPolicy");
        Rendering limited = render("networkPolicy: {enabled: true, egressPorts: [6443], egress: [{to: []}]}");
        JsonNode policy = hook(limited, "NetworkPolicy");
        JsonNode labels = limited.object("Job").at("/spec/template/metadata/labels");

        assertThat(policy.at("/spec/podSelector/matchLabels").properties()).isSubsetOf(labels.properties());
        assertThat(limited.ofKind("NetworkPolicy"))
                .hasSize(3)
                .allSatisfy(each -> assertThat(each.at("/spec/egress")).containsAll(policy.at("/spec/egress")));
        assertThat(policy.at("/spec/egress")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true", "null"})
    void canBeDisabled(String value) throws IOException {
        assertThat(hooks(render("reportUninstall: " + value)).isEmpty()).isEqualTo(value.equals("false"));
    }

    private static Rendering render(GoldenCase golden) {
        return RENDERED.computeIfAbsent(golden, GoldenCase::render);
    }

    private Rendering render(String values) throws IOException {
        Path file = Files.writeString(folder.resolve("values.yaml"), values);
        return Chart.CONTROLLER.render(Release.DEFAULT, file);
    }

    private static List<JsonNode> hooks(Rendering rendered) {
        return rendered.objects().stream()
                .filter(object -> !annotation(object, "helm.sh/hook").isEmpty())
                .toList();
    }

    private static JsonNode hook(Rendering rendered, String kind) {
        return new Rendering(hooks(rendered)).object(kind);
    }

    private static List<String> arguments(Rendering rendered) {
        return rendered.object("Job")
                .at("/spec/template/spec/containers/0/args")
                .valueStream()
                .map(JsonNode::asText)
                .toList();
    }

    private static int weight(JsonNode hook) {
        return Integer.parseInt("0" + annotation(hook, "helm.sh/hook-weight"));
    }

    private static String annotation(JsonNode object, String key) {
        return object.at("/metadata/annotations").path(key).asText();
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }
}
