package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An upgrade that reuses the values of a release of the Go system, which lack the keys of these charts, renders the
 * same as the defaults of these charts.
 */
class ReusedValuesTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void rendersTheSameWithTheDefaultsOfTheGoSystem(Chart chart) throws IOException {
        copy(chart.path());
        Files.copy(
                Path.of("src/test/resources/reused-values", chart.folder() + ".yaml"), folder.resolve("values.yaml"));
        Path base = chart.golden().resolve("base.yaml");

        List<JsonNode> reused = Chart.render(folder, Release.DEFAULT, base).objects();

        // Values of the Go system that differ from these charts' defaults.
        Path different = Files.writeString(
                folder.resolve("different.yaml"),
                switch (chart) {
                    case CONTROLLER ->
                        "{podSecurityContext: null, securityContext: null, flags: {updateStrategy: immediate}}";
                    case RUNNER_SET -> "{}";
                });
        assertThat(reused)
                .usingElementComparator((one, other) -> String.join("\n", ObjectDifferences.between(one, other))
                                .replaceAll(".metadata.annotations.actions.github.com/values-hash:.*", "")
                                .isEmpty()
                        ? 0
                        : 1)
                .containsExactlyElementsOf(
                        chart.render(Release.DEFAULT, base, different).objects());
    }

    /** Copies everything but the values. */
    private void copy(Path chart) throws IOException {
        try (Stream<Path> files = Files.walk(chart)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = folder.resolve(chart.relativize(file).toString());
                Files.createDirectories(target.getParent());
                if (!file.endsWith("values.yaml")) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
