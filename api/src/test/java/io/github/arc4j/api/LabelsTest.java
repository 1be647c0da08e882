package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
    @Test
    void onlyPartsOfTheConfigUrlThatApplyHaveALabel() {
        assertThat(Labels.ofConfigUrl("acme", "", "")).isEqualTo(Map.of("actions.github.com/enterprise", "acme"));
        assertThat(Labels.ofConfigUrl("", "org", "")).isEqualTo(Map.of("actions.github.com/organization", "org"));
        assertThat(Labels.ofConfigUrl("", "org", "repo"))
                .isEqualTo(Map.of("actions.github.com/organization", "org", "actions.github.com/repository", "repo"));
    }

    @ParameterizedTest
    @CsvSource({"-org_, org", "._-org-_., org", "o-r.g, o-r.g", "---, ''", "org, org"})
    void separatorsAtTheEndsGo(String name, String value) {
        assertThat(Labels.value(name)).isEqualTo(value);
    }

    @Test
    void longNamesAreShortenedToTheLongestValueAllowed() {
        String longest = "x".repeat(63);

        assertThat(Labels.value(longest)).isEqualTo(longest);
        assertThat(Labels.value(longest + "y"))
                .isEqualTo("x".repeat(58) + "-trim")
                .hasSize(63);
    }
}
