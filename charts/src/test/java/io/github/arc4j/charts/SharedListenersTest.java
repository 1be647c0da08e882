package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Selectors distinguish shared listeners from the controller, and both agree on names. */
class SharedListenersTest {

    private static final String SHARD = "actions.github.com/listener-shard";
    private static final String SHARED = "shared-listeners";
    private static final String CUSTOMIZED = "shared-listeners-customise";

    @ParameterizedTest
    @ValueSource(strings = {SHARED, CUSTOMIZED})
    void everySelectorMatchesOnlyItsOwnPods(String golden) {
        Rendering rendered = render(golden);

        List<JsonNode> selectors = Stream.of(
                        rendered.ofKind("Deployment").stream().map(object -> object.at("/spec/selector/matchLabels")),
                        rendered.ofKind("PodDisruptionBudget").stream()
                                .map(object -> object.at("/spec/selector/matchLabels")),
                        rendered.ofKind("Service").stream().map(object -> object.at("/spec/selector")))
                .flatMap(found -> found)
                .toList();

        assertThat(selectors).allSatisfy(selector -> {
            boolean forListeners =
                    selector.path("app.kubernetes.io/component").asText().equals("shared-listener");
            assertThat(pods(rendered).stream().filter(pod -> matches(selector, pod)))
                    .isNotEmpty()
                    .allMatch(pod -> isListener(pod) == forListeners)
                    .allMatch(pod -> !selector.has(SHARD)
                            || selector.path(SHARD)
                                    .equals(pod.at("/metadata/labels").path(SHARD)));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARED, CUSTOMIZED})
    void runnerSetChartFindsExactlyOneController(String golden) {
        assertThat(render(golden).ofKind("Deployment"))
                .filteredOn(deployment -> deployment
                        .at("/metadata/labels")
                        .path("app.kubernetes.io/part-of")
                        .asText()
                        .equals("gha-rs-controller"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARED, CUSTOMIZED})
    void controllerArgumentsMatchTheServiceAccounts(String golden) {
        Rendering rendered = render(golden);
        Map<String, String> arguments = rendered.ofKind("Deployment").stream()
                .flatMap(deployment ->
                        deployment.at("/spec/template/spec/containers/0/args").valueStream())
                .map(argument -> argument.asText().split("=", 2))
                .filter(argument -> argument.length == 2)
                .collect(Collectors.toMap(argument -> argument[0], argument -> argument[1]));

        List<String> accounts = Stream.iterate(0, number -> number + 1)
                .limit(Integer.parseInt(arguments.get("--listener-replicas")))
                .map(number -> arguments.get("--shared-listener-name") + "-" + number)
                .toList();
        Map<String, String> accountOfShard = new HashMap<>();
        pods(rendered).stream()
                .filter(SharedListenersTest::isListener)
                .forEach(pod -> accountOfShard.put(
                        pod.at("/metadata/labels").path(SHARD).asText(),
                        pod.at("/spec/serviceAccountName").asText()));

        assertThat(arguments).containsEntry("--listener-mode", "shared");
        assertThat(rendered.ofKind("ServiceAccount"))
                .extracting(account -> account.at("/metadata/name").asText())
                .containsAll(accounts);
        assertThat(rendered.ofKind("RoleBinding"))
                .filteredOn(binding -> binding.at("/metadata/name").asText().endsWith("-shared-listener"))
                .singleElement()
                .satisfies(binding -> assertThat(binding.path("subjects").findValuesAsText("name"))
                        .isEqualTo(accounts));
        assertThat(accountOfShard).hasSize(accounts.size());
        accountOfShard.forEach(
                (shard, account) -> assertThat(account).isEqualTo(accounts.get(Integer.parseInt(shard))));
    }

    /** Otherwise a scale set would share a pod that lacks what its listenerTemplate sets. */
    @Test
    void controllerKnowsTheTemplateOfTheSharedPods() {
        Rendering rendered = render(CUSTOMIZED);
        String prefix = "--shared-listener-template=";
        JsonNode template = Yaml.parse(rendered.ofKind("Deployment").stream()
                .flatMap(deployment ->
                        deployment.at("/spec/template/spec/containers/0/args").valueStream())
                .map(JsonNode::asText)
                .filter(argument -> argument.startsWith(prefix))
                .map(argument -> argument.substring(prefix.length()))
                .findFirst()
                .orElseThrow());

        assertThat(template.at("/metadata/labels").properties()).isNotEmpty();
        assertThat(pods(rendered).stream().filter(SharedListenersTest::isListener))
                .hasSize(2)
                .allSatisfy(pod -> {
                    for (String map : List.of("labels", "annotations")) {
                        assertThat(pod.path("metadata").path(map).properties())
                                .containsAll(template.path("metadata").path(map).properties());
                    }
                    assertThat(pod.path("spec").properties())
                            .containsAll(template.path("spec").properties());
                });
        assertThat(render(SHARED).ofKind("Deployment").toString()).doesNotContain(prefix);
    }

    private static Rendering render(String golden) {
        return new GoldenCase(Chart.CONTROLLER, golden).render();
    }

    private static List<JsonNode> pods(Rendering rendered) {
        return rendered.ofKind("Deployment").stream()
                .map(deployment -> deployment.at("/spec/template"))
                .toList();
    }

    private static boolean isListener(JsonNode pod) {
        return pod.at("/metadata/labels").has(SHARD);
    }

    private static boolean matches(JsonNode selector, JsonNode pod) {
        return selector.properties().stream()
                .allMatch(label ->
                        label.getValue().equals(pod.at("/metadata/labels").path(label.getKey())));
    }
}
