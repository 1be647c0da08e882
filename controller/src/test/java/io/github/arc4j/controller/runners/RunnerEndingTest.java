package io.github.arc4j.controller.runners;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.controller.RuleTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of endings are complete, in the Javadoc and in the documentation, and so is the code that they describe.
 */
class RunnerEndingTest {
    private static final List<List<String>> TABLE = RuleTables.ofJavadoc(RunnerEnding.class);

    @Test
    void theTableListsEachEndingWithItsReasonAndWhatHappens() {
        List<List<String>> endings = Arrays.stream(RunnerEnding.values())
                .map(ending -> List.of(ending.reason(), text(ending.fate())))
                .toList();
        assertThat(TABLE).extracting(row -> List.of(row.get(1), row.get(2))).containsExactlyElementsOf(endings);
    }

    private static String text(RunnerEnding.Fate fate) {
        return switch (fate) {
            case DELETED -> "deleted";
            case REPLACED -> "replaced";
            case RETAINED -> "retained";
            case KEPT_FAILED -> "kept as Failed";
            case KEPT_OUTDATED -> "kept as Outdated";
        };
    }

    @Test
    void theDocumentationHasTheSameTable() {
        assertThat(RuleTables.ofDocument("troubleshooting.md", "How a runner ends"))
                .containsExactlyElementsOf(TABLE);
    }

    @Test
    void theCodeDecidesOnEachEnding() throws IOException {
        Map<Path, String> sources = sources();
        assertThat(RunnerEnding.values())
                .allSatisfy(ending ->
                        assertThat(sources.values()).anyMatch(code -> code.contains("RunnerEnding." + ending.name())));
    }

    /** All others call these two, which require an ending. */
    @Test
    void onlyTwoClassesDeleteRunners() throws IOException {
        Pattern deletion = Pattern.compile("runners\\.delete\\(|ForcedDeletion\\.delete\\(");
        assertThat(sources())
                .allSatisfy((file, code) -> assertThat(deletion.matcher(code).find())
                        .as(file.toString())
                        .isEqualTo(Set.of("RunnerRemoval.java", "RunnerDeletion.java")
                                .contains(file.getFileName().toString())));
    }

    /** What the two reconcilers and {@code runners} consist of, except for the endings themselves. */
    private static Map<Path, String> sources() throws IOException {
        Path controller = Path.of("src/main/java/io/github/arc4j/controller");
        Map<Path, String> sources = new TreeMap<>();
        for (String name : List.of("ephemeralrunner", "ephemeralrunnerset", "runners")) {
            try (Stream<Path> files = Files.walk(controller.resolve(name))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (!file.endsWith("RunnerEnding.java")) {
                        sources.put(file, Files.readString(file));
                    }
                }
            }
        }
        return sources;
    }
}
