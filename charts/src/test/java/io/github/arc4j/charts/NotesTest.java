package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NotesTest {

    private static final String WARNING = "WARNING: ";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void nameTheReleaseAndTheOrderInWhichToUninstall(Chart chart) {
        String uninstall = switch (chart) {
            case CONTROLLER -> """
                To uninstall the controller, first uninstall every runner scale set, until the first command lists none:

                  kubectl get autoscalingrunnersets --all-namespaces
                  helm uninstall demo --namespace ci
                """;
            case RUNNER_SET -> """
                To uninstall the scale set, keep the controller running until the second command returns:

                  helm uninstall demo --namespace ci
                  kubectl wait autoscalingrunnerset/demo --namespace ci --for=delete --timeout=5m
                """;
        };
        assertThat(chart.notes(Release.DEFAULT, chart.path().resolve("ci/ci-values.yaml")))
                .isEqualToNormalizingNewlines("""
                    Thank you for installing %s.

                    Your release is named demo.

                    %s\
                    """.formatted(chart.folder(), uninstall));
    }

    @Test
    void nameTheObjectsByTheirOwnNames() throws IOException {
        Path base = Chart.RUNNER_SET.golden().resolve("base.yaml");
        Path scaleSet = Files.writeString(
                folder.resolve("scale-set.yaml"), "{runnerScaleSetName: my_runners, namespaceOverride: team}");
        Path controller = Files.writeString(folder.resolve("controller.yaml"), "flags: {watchSingleNamespace: team}");

        assertThat(Chart.RUNNER_SET.notes(Release.DEFAULT, base, scaleSet))
                .contains("helm uninstall demo --namespace ci\n")
                .contains("kubectl wait autoscalingrunnerset/my-runners --namespace team ");
        assertThat(Chart.CONTROLLER.notes(Release.DEFAULT, controller))
                .contains("kubectl get autoscalingrunnersets --namespace team\n");
    }

    @Test
    void warnAboutValuesOfAScaleSetWithoutEffect() throws IOException {
        assertThat(warnings("{}")).isEmpty();
        assertThat(warnings("{nameOverride: a, maxRunners: 0, template: {metadata: {name: b}}}"))
                .containsExactly(
                        "the value nameOverride has no effect. Set runnerScaleSetName instead.",
                        "the value template.metadata.name has no effect.",
                        "maxRunners is 0, so the scale set is paused.");
        assertThat(warnings("template: {spec: {containers: [{name: other, image: 'other:1'}]}}"))
                .containsExactly("template.spec.containers has no container named runner, so no jobs will run.");
        assertThat(warnings("keyVault: {type: azure_key_vault, azure_key_vault: {url: a, tenant_id: a, client_id: a,"
                        + " certificate_path: a, secret_key: a}}"))
                .containsExactly(
                        "with keyVault, githubConfigSecret should be the name of the vault's entry;"
                                + " the Secret that the chart creates is not used.",
                        "the value keyVault.azureKeyVault.secretKey has no effect.");
    }

    @Test
    void warnAboutSettingsOfAnotherContainerMode() throws IOException {
        assertThat(warnings("containerMode: {dind: {image: a}, kubernetesModeWorkVolumeClaim: {accessModes: [a]},"
                        + " kubernetesModeAdditionalRoleRules: [{verbs: [get]}]}"))
                .extracting(warning -> warning.replaceFirst(" because .*", ""))
                .containsExactly(
                        "the value containerMode.dind has no effect",
                        "the value containerMode.kubernetesModeWorkVolumeClaim has no effect",
                        "the value containerMode.kubernetesModeAdditionalRoleRules has no effect");
        assertThat(warnings("{containerMode: {type: dind, dind: {image: a}}, template: {spec: {containers:"
                        + " [{name: runner, image: a}, {name: dind, image: b}]}}}"))
                .containsExactly(
                        "the container dind in template.spec.containers has no effect because the chart adds its own."
                                + " Set containerMode.dind instead.");
        assertThat(
                        warnings(
                                "{namespaceOverride: team, containerMode: {type: kubernetes,"
                                        + " kubernetesModeWorkVolumeClaim: {accessModes: [a]}}, template: {spec: {volumes: [{name: work, emptyDir: {}}]}}}"))
                .containsExactly("the value containerMode.kubernetesModeWorkVolumeClaim has no effect"
                        + " because template.spec.volumes has a volume named work.");
        assertThat(
                        warnings(
                                "{namespaceOverride: team, containerMode: {type: kubernetes-novolume}, template: {spec: {serviceAccountName: mine}}}"))
                .containsExactly("the runners' service account mine needs the permissions to run jobs in pods;"
                        + " see docs/container-modes.md.");
    }

    @Test
    void warnAboutAReleaseThatJobsCanChange() throws IOException {
        assertThat(warnings("{containerMode: {type: kubernetes-novolume}}"))
                .singleElement()
                .asString()
                .startsWith("jobs can change Helm's record of this release");
        assertThat(warnings("{containerMode: {type: dind}}")).isEmpty();
    }

    private List<String> warnings(String values) throws IOException {
        Path base = Chart.RUNNER_SET.golden().resolve("base.yaml");
        Path file = Files.writeString(folder.resolve("values.yaml"), values);
        return Chart.RUNNER_SET
                .notes(Release.DEFAULT, base, file)
                .lines()
                .filter(line -> line.startsWith(WARNING))
                .map(line -> line.substring(WARNING.length()))
                .toList();
    }

    @Test
    void warnAboutSharedListenerSettingsInDedicatedMode() throws IOException {
        String settings = "{replicas: 2, resources: {limits: {cpu: 1}}, podLabels: {}, mode: %s}";
        Path dedicated =
                Files.writeString(folder.resolve("dedicated.yaml"), "listener: " + settings.formatted("dedicated"));
        Path shared = Files.writeString(folder.resolve("shared.yaml"), "listener: " + settings.formatted("shared"));

        assertThat(Chart.CONTROLLER.notes(Release.DEFAULT, dedicated))
                .contains("WARNING: the value listener.replicas has no effect because listener.mode is not \"shared\".")
                .contains("WARNING: the value listener.resources has no effect")
                .doesNotContain("podLabels");
        assertThat(Chart.CONTROLLER.notes(Release.DEFAULT, shared)).doesNotContain("WARNING");
    }

    /** The notes of a Helm that is connected to a cluster. */
    @Test
    void suggestSharedListenersIfManyScaleSetsHaveAPodEach() throws IOException {
        Path dedicated = Files.writeString(folder.resolve("dedicated.yaml"), "{}");
        Path shared = Files.writeString(folder.resolve("shared.yaml"), "listener: {mode: shared}");
        Path withoutCrds = Files.writeString(folder.resolve("without.yaml"), "crds: {upgrade: false}");
        String suggestion = " scale sets have a listener pod each. With listener.mode \"shared\", ";
        Path chart = chartThatRendersItsNotes("upgrade");
        try (FakeCluster cluster = FakeCluster.start()) {
            cluster.listeners("ci", 21);
            assertThat(renderedNotes(chart, dedicated)).doesNotContain(suggestion);
            cluster.crd(
                    Yaml.read(Chart.CONTROLLER.path().resolve("crds/actions.github.com_autoscalinglisteners.yaml")));
            assertThat(renderedNotes(chart, dedicated)).contains("\n21" + suggestion);
            assertThat(renderedNotes(chart, shared)).doesNotContain(suggestion);
            assertThat(renderedNotes(chart, withoutCrds)).doesNotContain(suggestion);
            assertThat(renderedNotes(chartThatRendersItsNotes("install"), dedicated))
                    .doesNotContain(suggestion);
            cluster.listeners("ci", 20);
            assertThat(renderedNotes(chart, dedicated)).doesNotContain(suggestion);
        }
    }

    /** @param operation what templates believe that Helm does */
    private Path chartThatRendersItsNotes(String operation) throws IOException {
        Path chart = folder.resolve(operation);
        try (Stream<Path> files = Files.walk(Chart.CONTROLLER.path())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = chart.resolve(Chart.CONTROLLER.path().relativize(file));
                Files.createDirectories(copy.getParent());
                // One character per byte, because a chart may contain binary files.
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                Files.writeString(
                        copy,
                        content.replace(".Release.IsUpgrade", "(eq \"upgrade\" \"%s\")".formatted(operation)),
                        StandardCharsets.ISO_8859_1);
            }
        }
        Files.writeString(
                chart.resolve("templates/notes.yaml"),
                "kind: Notes\ntext: {{ include (print $.Template.BasePath \"/NOTES.txt\") . | quote }}\n");
        return chart;
    }

    private static String renderedNotes(Path chart, Path values) {
        return Chart.render(chart, Release.DEFAULT, values)
                .ofKind("Notes")
                .getFirst()
                .path("text")
                .asText();
    }

    @Test
    void warnAboutValuesWithoutEffect() throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), """
            healthProbeBindAddress: ":8081"
            """);

        assertThat(Chart.CONTROLLER.notes(Release.DEFAULT, values))
                .contains("WARNING: the value healthProbeBindAddress has no effect. Set flags.healthProbeBindAddress"
                        + " instead.")
                .doesNotContain("k8sClientRateLimiterQPS");
    }

    @Test
    void warnAboutAMemoryLimitThatTheControllerExceeds() throws IOException {
        for (String tooSmall : List.of("128Mi", "\"134217728\"", "0.125Gi", "64M")) {
            assertThat(notesWithMemoryLimit(tooSmall)).contains("WARNING: resources.limits.memory is ");
        }
        for (String enough : List.of("256Mi", "1Gi", "200M", "null")) {
            assertThat(notesWithMemoryLimit(enough)).doesNotContain("WARNING");
        }
    }

    private String notesWithMemoryLimit(String limit) throws IOException {
        return Chart.CONTROLLER.notes(
                Release.DEFAULT,
                Files.writeString(folder.resolve("memory.yaml"), "resources: {limits: {memory: %s}}".formatted(limit)));
    }
}
