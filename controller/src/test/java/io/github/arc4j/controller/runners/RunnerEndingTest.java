package io.github.arc4j.controller.runners;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.controller.RuleTables;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of endings is complete, in the Javadoc and in the documentation. */
class RunnerEndingTest {
    private static final List<List<String>> TABLE = RuleTables.ofJavadoc(RunnerEnding.class);

    @Test
    void theTableListsEachEndingWithItsReasonAndWhatHappens() {
        List<List<String>> endings = Arrays.stream(RunnerEnding.values())
                .map(ending -> List.of(ending.reason(), ending.fate().toString()))
                .toList();
        assertThat(TABLE).extracting(row -> List.of(row.get(1), row.get(2))).containsExactlyElementsOf(endings);
    }

    @Test
    void theDocumentationHasTheSameTable() {
        assertThat(RuleTables.ofDocument("troubleshooting.md", "How a runner ends"))
                .containsExactlyElementsOf(TABLE);
    }
}
