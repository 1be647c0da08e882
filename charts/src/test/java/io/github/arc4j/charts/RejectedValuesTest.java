package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Invalid values are rejected with a message that states what to do. */
class RejectedValuesTest {

    private static final JsonNode FAILURES = Yaml.read(Path.of("src/test/resources/failures.yaml"));
    private static final JsonNode SCHEMA = Yaml.read(Path.of("src/test/resources/schema.yaml"));
    private static final Pattern LONG = Pattern.compile("<(\\w)\\*(\\d+)>");

    @TempDir
    private Path folder;

    static Stream<Arguments> rejectedByTemplates() {
        return cases(chart -> FAILURES.get(chart.folder()));
    }

    static Stream<Arguments> rejectedBySchema() {
        return cases(chart -> SCHEMA.at("/" + chart.folder() + "/rejected"));
    }

    static Stream<Arguments> acceptedBySchema() {
        return cases(chart -> SCHEMA.at("/" + chart.folder() + "/accepted"));
    }

    @ParameterizedTest
    @MethodSource
    void rejectedByTemplates(Chart chart, JsonNode rejected) {
        assertThatThrownBy(() -> render(chart, rejected.get("values")))
                .message()
                .satisfies(message -> assertThat(failure(message))
                        .isEqualTo(rejected.get("message").asText()));
    }

    @ParameterizedTest
    @MethodSource
    void rejectedBySchema(Chart chart, JsonNode rejected) {
        assertThatThrownBy(() -> render(chart, rejected.get("values")))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(rejected.get("message").asText());
    }

    @ParameterizedTest
    @MethodSource
    void acceptedBySchema(Chart chart, JsonNode accepted) throws IOException {
        assertThat(render(chart, accepted).objects()).isNotEmpty();
    }

    private Rendering render(Chart chart, JsonNode values) throws IOException {
        Path file = folder.resolve("values.yaml");
        Files.writeString(
                file,
                LONG.matcher(Yaml.write(values))
                        .replaceAll(found -> found.group(1).repeat(Integer.parseInt(found.group(2)))));
        return chart.render(Release.DEFAULT, chart.golden().resolve("base.yaml"), file);
    }

    /** The message without its location in the templates, and without the lines that Helm adds. */
    private static String failure(String message) {
        return message.lines().findFirst().orElse("").replaceFirst("^execution error at \\([^)]*\\): ", "");
    }

    private static Stream<Arguments> cases(Function<Chart, JsonNode> of) {
        return Arrays.stream(Chart.values())
                .flatMap(chart -> StreamSupport.stream(of.apply(chart).spliterator(), false)
                        .map(values -> Arguments.of(Named.of(chart.folder(), chart), values)));
    }
}
