package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The charts render the same objects as the Go system's, except for {@code parity-differences.yaml}. Requires a
 * {@link ParityFolder}: {@code -Dparity.charts=FOLDER}.
 */
class ParityTest {

    @TempDir
    private Path temporary;

    /** An intentional difference: the line that {@link ObjectDifferences} finds in the matching cases and objects. */
    private record Intentional(Pattern cases, Pattern object, String difference, String reason) {

        static Stream<Intentional> of(JsonNode entry) {
            JsonNode difference = entry.path("difference");
            return (difference.isArray() ? difference.valueStream() : Stream.of(difference))
                    .map(line -> new Intentional(
                            Pattern.compile(entry.path("cases").asText()),
                            Pattern.compile(entry.path("object").asText()),
                            line.asText(),
                            entry.path("reason").asText()));
        }

        boolean covers(Difference found) {
            return cases.matcher(found.name()).matches()
                    && object.matcher(found.object()).matches()
                    && difference.equals(found.line());
        }
    }

    private record Difference(String name, String object, String line) {}

    @Test
    void differencesAreExactlyTheListedOnes() throws IOException, InterruptedException {
        Optional<ParityFolder> folder = ParityFolder.given();
        assumeTrue(folder.isPresent(), "-Dparity.charts=FOLDER is not set");
        List<Difference> differences = new ArrayList<>();
        List<ParityFolder.Case> cases = folder.get().cases().toList();
        // Unlike "helm template", Helm as a library always executes the lookups of a template.
        try (FakeCluster cluster = FakeCluster.start()) {
            cluster.deployments(List.of());
            for (ParityFolder.Case of : cases) {
                differences.addAll(differences(folder.get(), of));
            }
        }

        List<Intentional> listed = listed();
        assertThat(cases).isNotEmpty();
        assertThat(differences)
                .filteredOn(difference -> listed.stream().noneMatch(entry -> entry.covers(difference)))
                .isEmpty();
        assertThat(listed)
                .filteredOn(entry -> differences.stream().noneMatch(entry::covers))
                .isEmpty();
    }

    @Test
    void everyIntentionalDifferenceHasAReason() {
        assertThat(listed())
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.reason()).isNotEmpty());
    }

    private static List<Intentional> listed() {
        return StreamSupport.stream(
                        Yaml.read(Path.of("src/test/resources/parity-differences.yaml"))
                                .spliterator(),
                        false)
                .flatMap(Intentional::of)
                .toList();
    }

    private List<Difference> differences(ParityFolder folder, ParityFolder.Case of) throws IOException {
        Optional<String> failure = folder.failure(of);
        if (failure.isPresent()) {
            assertThatThrownBy(() -> render(of))
                    .as(of.name())
                    .message()
                    .satisfies(
                            message -> assertThat(withoutLocation(message)).startsWith(withoutLocation(failure.get())));
            return List.of();
        }
        Map<String, JsonNode> wanted = folder.objects(of);
        Map<String, JsonNode> actual = ParityFolder.comparable(render(of), defaultImage());
        return Stream.concat(wanted.keySet().stream(), actual.keySet().stream())
                .distinct()
                .flatMap(key -> lines(wanted.get(key), actual.get(key)).stream()
                        .map(line -> new Difference(of.name(), key, line)))
                .toList();
    }

    private static List<String> lines(@Nullable JsonNode wanted, @Nullable JsonNode actual) {
        if (wanted == null) {
            return List.of("added");
        }
        return actual == null ? List.of("missing") : ObjectDifferences.between(wanted, actual);
    }

    private Rendering render(ParityFolder.Case of) throws IOException {
        Path values = Files.writeString(temporary.resolve("values.yaml"), of.values());
        return of.chart().render(of.release(), values);
    }

    private static String defaultImage() {
        JsonNode values = Yaml.read(Chart.CONTROLLER.path().resolve("values.yaml"));
        JsonNode chart = Yaml.read(Chart.CONTROLLER.path().resolve("Chart.yaml"));
        return values.at("/image/repository").asText() + ":"
                + chart.path("appVersion").asText();
    }

    /** A failure without its location in the templates, and without the lines that Helm adds. */
    private static String withoutLocation(String message) {
        return message.lines().findFirst().orElse("").replaceFirst("^execution error at \\([^)]*\\): ", "");
    }
}
