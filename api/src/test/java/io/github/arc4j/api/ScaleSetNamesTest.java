package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleSetNamesTest {
    @ParameterizedTest
    @CsvSource({
        "'', 65bb57b6b5",
        "a, 7d6b446664",
        "arc-runners, 754b578df7",
        "default, 68c4584df8",
        "test-ns, 574d84466c",
        "arc-runners@@https://github.com/org/repo, 7f984dc644",
        "test-ns@testgroup@https://github.com/owner/repo, c7fb7467b",
        "arc-systems@default@https://github.com/my-org, 7bfd7b4bd4",
    })
    void hashesAreThoseOfTheGoController(String text, String hash) {
        assertThat(ScaleSetNames.fnv(text)).isEqualTo(hash);
    }

    @Test
    void listenerIsNamedAfterScaleSetNamespaceGroupAndUrl() {
        assertThat(ScaleSetNames.listener("arc-runners", "my-set", "", "https://github.com/org/repo"))
                .isEqualTo("my-set-7f984dc6-listener");
        assertThat(ScaleSetNames.listener("test-ns", "s", "testgroup", "https://github.com/owner/repo"))
                .isEqualTo("s-c7fb7467-listener");
    }

    @Test
    void listenerNameOfTheLongestScaleSetIsAValidLabel() {
        assertThat(ScaleSetNames.listener("ns", "x".repeat(45), "", "https://github.com/org"))
                .hasSize(63);
    }

    @Test
    void namesOfTheOtherObjects() {
        assertThat(ScaleSetNames.listenerConfigSecret("l")).isEqualTo("l-config");
        assertThat(ScaleSetNames.listenerProxySecret("l")).isEqualTo("l-proxy");
        assertThat(ScaleSetNames.ephemeralRunnerSet("my-set")).isEqualTo("my-set");
        assertThat(ScaleSetNames.runnerProxySecret("test-ns", "my-set")).isEqualTo("my-set-574d8446-runner-proxy");
        assertThat(ScaleSetNames.runnerPrefix("my-set")).isEqualTo("my-set-runner-");
    }
}
