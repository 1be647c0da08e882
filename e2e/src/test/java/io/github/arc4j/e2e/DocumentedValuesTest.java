package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation names only values that the charts have: in texts, in commands and in examples. */
class DocumentedValuesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A path of at least two keys in code style, perhaps with a value. */
    private static final Pattern IN_TEXT = Pattern.compile("`([a-z]\\w*(?:\\.[A-Za-z]\\w*)+)(?:[:=][^`]*)?`");

    private static final Pattern IN_COMMAND = Pattern.compile("--set ([\\w.]+)=");
    private static final Pattern YAML = Pattern.compile("(?ms)^ *```yaml\\n(.*?)^ *```$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([\\w.]+) \\| (\\w+) \\|");

    private static final List<Chart> CHARTS =
            List.of(Chart.named("gha-runner-scale-set-controller"), Chart.named("gha-runner-scale-set"));

    /** A chart, and the types of its values, as the table in its README lists them. */
    private record Chart(Path path, Map<String, String> types) {
        static Chart named(String name) {
            Path path = ROOT.resolve("charts/" + name);
            return new Chart(
                    path,
                    ROW.matcher(read(path.resolve("README.md")))
                            .results()
                            .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2))));
        }

        /**
         * Renders the chart with what it requires and the given values, which Helm validates against its schema. The
         * library looks up CRDs in a cluster also when it only renders, so that is turned off.
         */
        void render(Path values) {
            TemplateCommand command = new Helm(path)
                    .template()
                    .withValuesFile(path.resolve("ci/ci-values.yaml"))
                    .withValuesFile(values);
            if (topLevel().contains("crds")) {
                command.set("crds.upgrade", false);
            }
            command.call();
        }

        Set<String> topLevel() {
            return types.keySet().stream().map(path -> path.split("\\.")[0]).collect(Collectors.toSet());
        }

        boolean has(String path) {
            return types.containsKey(path) || hasBelow(path) || isInObject(path);
        }

        private boolean hasBelow(String path) {
            return types.keySet().stream().anyMatch(other -> other.startsWith(path + "."));
        }

        /** Whether the path leads into an object whose keys the table does not list, such as the spec of a pod. */
        private boolean isInObject(String path) {
            return types.keySet().stream()
                    .filter(value -> path.startsWith(value + "."))
                    .anyMatch(value -> types.get(value).equals("object") && !hasBelow(value));
        }
    }

    @Test
    void everyValueInTextsExists() {
        Set<String> keys =
                CHARTS.stream().flatMap(chart -> chart.topLevel().stream()).collect(Collectors.toSet());

        assertThat(documented(page -> matches(IN_TEXT, page)))
                .isNotEmpty()
                .filteredOn(path -> keys.contains(path.split("\\.")[0]))
                .allMatch(path -> CHARTS.stream().anyMatch(chart -> chart.has(path)));
    }

    @Test
    void everyValueInCommandsExists() {
        assertThat(documented(page -> matches(IN_COMMAND, page)))
                .isNotEmpty()
                .allMatch(path -> CHARTS.stream().anyMatch(chart -> chart.has(path)));
    }

    @Test
    void everyExampleOfValuesIsAccepted(@TempDir Path folder) throws IOException {
        int examples = 0;
        for (String yaml : documented(page -> matches(YAML, page))) {
            List<Chart> charts = chartsOf(yaml);
            if (!charts.isEmpty()) {
                Path values = Files.writeString(folder.resolve("values.yaml"), yaml);
                assertThat(charts)
                        .as(yaml)
                        .anySatisfy(chart ->
                                assertThatCode(() -> chart.render(values)).doesNotThrowAnyException());
                examples++;
            }
        }

        assertThat(examples).isPositive();
    }

    /** The charts whose values the YAML may be. */
    private static List<Chart> chartsOf(String yaml) {
        return yaml.contains("apiVersion:")
                        || !(Serialization.unmarshal(yaml, Object.class) instanceof Map<?, ?> values)
                ? List.of()
                : CHARTS.stream()
                        .filter(chart -> values.keySet().stream().anyMatch(chart.topLevel()::contains))
                        .toList();
    }

    private static Stream<String> matches(Pattern pattern, String page) {
        return pattern.matcher(page).results().map(found -> found.group(1));
    }

    private static List<String> documented(Function<String, Stream<String>> find) {
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .flatMap(file -> find.apply(read(file)))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
