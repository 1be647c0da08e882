package io.github.arc4j.controller.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsNamespacesTest {
    @Test
    void onlyListedNamespacesHaveCredentialsInAnotherNamespace() {
        CredentialsNamespaces namespaces = CredentialsNamespaces.of(List.of("a=a-credentials"));
        assertThat(namespaces.of("a")).isEqualTo("a-credentials");
        assertThat(namespaces.of("b")).isEqualTo("b");
        assertThat(namespaces.of("a-credentials")).isEqualTo("a-credentials");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a=", "=b", "a=b=c", "a/b=c", "A=b"})
    void anEntryThatIsNotAPairIsRejected(String entry) {
        assertThatThrownBy(() -> CredentialsNamespaces.of(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("team-a=team-a-credentials");
    }

    @Test
    void aNamespaceCannotBeMappedTwice() {
        assertThatThrownBy(() -> CredentialsNamespaces.of(List.of("a=b", "a=c")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }
}
