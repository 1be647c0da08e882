package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NotesTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void nameTheRelease(Chart chart) {
        assertThat(chart.notes(Release.DEFAULT, chart.path().resolve("ci/ci-values.yaml")))
                .isEqualToNormalizingNewlines("""
                        Thank you for installing %s.

                        Your release is named demo.
                        """.formatted(chart.folder()));
    }

    @Test
    void warnOfSettingsOfSharedListenersThatThereAreNot() throws IOException {
        String settings = "{replicas: 2, resources: {limits: {cpu: 1}}, podLabels: {}, mode: %s}";
        Path dedicated =
                Files.writeString(folder.resolve("dedicated.yaml"), "listener: " + settings.formatted("dedicated"));
        Path shared = Files.writeString(folder.resolve("shared.yaml"), "listener: " + settings.formatted("shared"));

        assertThat(Chart.CONTROLLER.notes(Release.DEFAULT, dedicated))
                .contains("WARNING: the value listener.replicas has no effect, as listener.mode is not \"shared\".")
                .contains("WARNING: the value listener.resources has no effect")
                .doesNotContain("podLabels");
        assertThat(Chart.CONTROLLER.notes(Release.DEFAULT, shared)).doesNotContain("WARNING");
    }

    @Test
    void warnOfValuesWithoutEffect() throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), """
                healthProbeBindAddress: ":8081"
                flags:
                  updateStrategy: eventual
                """);

        assertThat(Chart.CONTROLLER.notes(Release.DEFAULT, values))
                .contains(
                        "WARNING: the value healthProbeBindAddress has no effect. Set flags.healthProbeBindAddress instead.")
                .contains("WARNING: the value flags.updateStrategy has no effect.")
                .doesNotContain("k8sClientRateLimiterQPS");
    }
}
