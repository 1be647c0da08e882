package io.github.arc4j.api;

import static io.github.arc4j.api.ScaleSetNames.uniqueListener;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    /** Existing listeners keep these names only if they never change. */
    @ParameterizedTest
    @CsvSource({
        "my-set, my-set-ddd",
        "exactly-21-characters, exactly-21-characters-ddd",
        "a-scale-set-whose-name-has-45-characters-here, a-scale-set-whose-nam-ddd",
        "a-part-of-this-ends--.hyphen, a-part-of-this-ends-ddd",
        "this.name.with.dots.s.long, this.name.with.dots.s-ddd",
    })
    void uniqueListenerNamesAreValidLabelsAndBeginLikeTheScaleSet(String scaleSet, String start) {
        String name = uniqueListener("arc-runners", scaleSet, "", "https://github.com/org/repo");

        assertThat(name)
                .hasSizeLessThanOrEqualTo(63)
                .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
        assertThat(name.replaceFirst("[0-9a-f]{32}-listener$", "ddd")).isEqualTo(start);
    }

    @Test
    void uniqueListenerIsNamedAfterNamespaceScaleSetGroupAndUrl() {
        String name = uniqueListener("ns", "s", "group", "https://github.com/org");

        assertThat(name).isEqualTo("s-f8c22135f4d8ec4697d502e5b32cd887-listener");
        assertThat(List.of(
                        uniqueListener("n", "s", "group", "https://github.com/org"),
                        uniqueListener("ns", "s", "g", "https://github.com/org"),
                        uniqueListener("ns", "s", "group", "https://github.com/Org")))
                .doesNotHaveDuplicates()
                .doesNotContain(name);
        assertThat(uniqueListener("ns", "x".repeat(40) + "1", "", "https://github.com/org"))
                .as("the digits stand for the whole name")
                .isNotEqualTo(uniqueListener("ns", "x".repeat(40) + "2", "", "https://github.com/org"));
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
