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
