package io.github.arc4j.process.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2HostsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "github.com",
                "api.github.com",
                "API.GitHub.com",
                "broker.actions.githubusercontent.com",
                "octo.ghe.com",
                "api.octo.ghe.com"
            })
    void gitHubsOwnHostsAreCalledOverHttp2(String host) {
        assertThat(new Http2Hosts("")).accepts(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "127.0.0.1",
                "ghes.example.com",
                "evilgithub.com",
                "github.com.example.com",
                "ghe.com",
                "raw.githubusercontent.com",
                ""
            })
    void othersAreNot(String host) {
        assertThat(new Http2Hosts("")).rejects(host);
    }

    /** With it, and a proxy, the author of a scale set can answer as GitHub. */
    @ParameterizedTest
    @ValueSource(strings = {"github.com", "api.github.com", "localhost"})
    void noneIsIfAnotherAuthorityIsTrusted(String host) {
        assertThat(new Http2Hosts("-----BEGIN CERTIFICATE-----")).rejects(host);
    }
}
