package io.github.arc4j.controller.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.ConfigUrl;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedGitHubHostsTest {
    private final AllowedGitHubHosts hosts = AllowedGitHubHosts.of(
            List.of("github.com", "*.ghe.com", "https://GHES.example.com:8443", "http://plain.example.com"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/org",
                "https://GitHub.com:443/org/repo",
                "https://acme.ghe.com/org",
                "https://ghes.example.com:8443/org",
                "http://plain.example.com/org",
                "http://plain.example.com:80/org"
            })
    void listedHostsAreAllowed(String url) {
        assertThat(hosts.rejection(ConfigUrl.parse(url))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com.evil.example/org",
                "https://evilgithub.com/org",
                "https://github.com@evil.example/org",
                "https://github.com:8443/org",
                "https://ghe.com/org",
                "https://ghes.example.com/org",
                "https://plain.example.com/org",
                "http://169.254.169.254/latest"
            })
    void otherHostsAreRefused(String url) {
        assertThat(hosts.rejection(ConfigUrl.parse(url)))
                .hasValueSatisfying(rejection ->
                        assertThat(rejection).contains("--allowed-github-hosts").doesNotContain("@"));
    }

    @Test
    void withoutAListAnyHostIsAllowed() {
        assertThat(AllowedGitHubHosts.of(List.of()).rejection(ConfigUrl.parse("http://simulator:7080/org")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "*", "*.", "https://", "ftp://github.com", "github.com/org", "me@github.com", "a b"})
    void anInvalidHostIsRejected(String entry) {
        assertThatThrownBy(() -> AllowedGitHubHosts.of(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + entry + "\" is not a valid host");
    }
}
