package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What GitHub's workflows run cannot be changed by others, and has no more permissions than it needs. */
class WorkflowsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A tag of an action can be moved to another commit. */
    private static final Pattern ACTION = Pattern.compile("(?m)uses: (.*)$");

    static List<Path> workflows() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve(".github/workflows"))) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void actionsArePinnedToCommitsAndNameTheirVersion(Path workflow) throws IOException {
        assertThat(ACTION.matcher(Files.readString(workflow)).results().map(action -> action.group(1)))
                .isNotEmpty()
                .allMatch(action -> action.matches("[\\w.-]+/[\\w./-]+@[0-9a-f]{40} # v[0-9.]+"));
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void jobsMayOnlyReadUnlessTheySayOtherwise(Path workflow) throws IOException {
        assertThat(Files.readString(workflow)).contains("\npermissions:\n  contents: read\n");
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void laterStepsDoNotFindTheTokenOfTheCheckout(Path workflow) throws IOException {
        String text = Files.readString(workflow);

        assertThat(text.split("persist-credentials: false", -1)).hasSameSizeAs(text.split("actions/checkout@", -1));
    }

    @Test
    void oneActionHasOneVersion() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path workflow : workflows()) {
            all.append(Files.readString(workflow));
        }

        assertThat(ACTION.matcher(all)
                        .results()
                        .map(MatchResult::group)
                        .distinct()
                        .map(use -> use.replaceAll("@.*", "")))
                .doesNotHaveDuplicates();
    }

    @Test
    void theBaseOfTheImageIsPinned() throws IOException {
        assertThat(Files.readString(ROOT.resolve("image/pom.xml")))
                .containsPattern("<jib.from.image>[^<]+@sha256:[0-9a-f]{64}</jib.from.image>");
    }
}
