package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The objects for the protection of busy runners exist only if the policy needs them. */
class BusyRunnersTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                   | false | false
                    {policy: null}                                       | false | false
                    {policy: {retainFailed: {}, disruption: ''}}         | false | false
                    {policy: {jobMetadata: null, disruption: null}}      | false | false
                    {policy: {jobMetadata: {}}}                          | true  | false
                    {policy: {jobMetadata: {labels: [runId]}}}           | true  | false
                    {policy: {disruption: protectBusy}}                  | true  | true
                    {policy: {disruption: protectBusy, jobMetadata: {}}} | true  | true
                    """)
    void theControllerMayPatchPodsAndEvictionsAreBlockedIfThePolicySaysSo(
            String values, boolean patchesPods, boolean blocksEvictions) throws IOException {
        Rendering rendered = render(values);
        JsonNode pods = rendered.ofKind("Role").getFirst().at("/rules/0");
        assertThat(pods.at("/resources/0").asText()).isEqualTo("pods");
        assertThat(StreamSupport.stream(pods.path("verbs").spliterator(), false)
                        .anyMatch(verb -> verb.asText().equals("patch")))
                .isEqualTo(patchesPods);
        assertThat(rendered.ofKind("PodDisruptionBudget")).hasSize(blocksEvictions ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"my_runners, my-runners, my-runners-gha-rs-busy"})
    void theBudgetSelectsTheLabelsThatTheControllerSets(String scaleSet, String label, String name) throws IOException {
        JsonNode budget = render("{runnerScaleSetName: %s, policy: {disruption: protectBusy}}".formatted(scaleSet))
                .object("PodDisruptionBudget");
        assertThat(budget.at("/metadata/name").asText()).isEqualTo(name);
        assertThat(budget.path("spec")).isEqualTo(Yaml.parse("""
                selector:
                  matchLabels:
                    actions.github.com/busy: "true"
                    actions.github.com/scale-set-name: %s
                    actions.github.com/scale-set-namespace: ci
                """.formatted(label)));
    }

    private Rendering render(String values) throws IOException {
        Path file = Files.writeString(folder.resolve("values.yaml"), values);
        return Chart.RUNNER_SET.render(
                Release.DEFAULT, Chart.RUNNER_SET.golden().resolve("base.yaml"), file);
    }
}
