package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The charts render the reviewed golden files. After an intentional change,
 * {@code mvn -pl charts test -Dcharts.update=true} regenerates the golden files; review the diff. Versions and the hash
 * of the values are replaced by placeholders; an object that is the same as in the chart's case {@code default} is
 * reduced to its kind and name.
 */
class GoldenTest {

    private static final boolean UPDATE = Boolean.getBoolean("charts.update");
    private static final String DEFAULT = "default";

    @ParameterizedTest
    @MethodSource("io.github.arc4j.charts.GoldenCase#all")
    void rendersTheGoldenFile(GoldenCase golden) throws IOException {
        List<JsonNode> known = golden.name().equals(DEFAULT)
                ? List.of()
                : new GoldenCase(golden.chart(), DEFAULT).render().objects();
        Path actual = Path.of("target", "golden", golden.chart().folder(), golden.name() + ".yaml");
        Files.createDirectories(actual.getParent());
        Files.writeString(
                actual,
                golden.render().objects().stream()
                        .map(object -> known.contains(object) ? sameAsDefault(object) : Yaml.write(object))
                        .map(GoldenTest::withPlaceholders)
                        .collect(Collectors.joining()));
        if (UPDATE) {
            Files.copy(actual, golden.expected(), StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(actual).hasSameTextualContentAs(golden.expected());
    }

    @Test
    void thereIsNoGoldenFileWithoutValues() throws IOException {
        for (Chart chart : Chart.values()) {
            try (Stream<Path> files = Files.list(chart.golden())) {
                assertThat(files.filter(file -> !file.toString().endsWith(".values.yaml")))
                        .isSubsetOf(Stream.concat(
                                        GoldenCase.of(chart).map(GoldenCase::expected),
                                        Stream.of(chart.golden().resolve("base.yaml")))
                                .toList());
            }
        }
    }

    private static String sameAsDefault(JsonNode object) {
        return "---\n# as in %s: %s %s\n"
                .formatted(
                        DEFAULT,
                        object.path("kind").asText(),
                        object.at("/metadata/name").asText());
    }

    private static String withPlaceholders(String yaml) {
        return yaml.replaceAll("(helm.sh/chart: gha-rs(-controller)?)-.*", "$1-VERSION")
                .replaceAll("(app.kubernetes.io/version): \"?[0-9].*", "$1: VERSION")
                .replaceAll("(ghcr.io/arc4j/arc4j):[0-9]+[.][^@\"\n]*", "$1:VERSION")
                .replaceAll("(actions.github.com/values-hash): \"?[0-9a-f]{63}\"?", "$1: HASH");
    }
}
