package io.github.arc4j.actions;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GitHub speaks HTTP/2; the JDK's test server doesn't. */
class Http2Test {
    @TempDir
    private Path directory;

    private WireMockServer server;
    private String authority;

    @BeforeEach
    void start() throws Exception {
        Certificates certificates = new Certificates(directory);
        authority = certificates.createAuthority("ours");
        certificates.createServer("ours", "ip:127.0.0.1,dns:github.test");
        server = new WireMockServer(options()
                .httpDisabled(true)
                .dynamicHttpsPort()
                .keystorePath(certificates.serverStore().toString())
                .keystoreType("PKCS12")
                .keystorePassword(Certificates.PASSWORD)
                .keyManagerPassword(Certificates.PASSWORD));
        server.start();
        server.stubFor(any(anyUrl()).willReturn(okJson("{\"id\":5}").withFixedDelay(20)));
        server.stubFor(post(urlPathMatching(".*/registration-token"))
                .willReturn(okJson("{\"token\":\"t\"}").withStatus(201)));
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void moreCallsThanAConnectionHasStreamsAllSucceed() throws Exception {
        try (ActionsClient client = client("https://127.0.0.1:" + server.httpsPort(), ProxySettings.NONE)) {
            Clients.callAtOnce(client, 250);
        }

        assertThat(server.getAllServeEvents())
                .hasSize(252)
                .allSatisfy(
                        event -> assertThat(event.getRequest().getProtocol()).isEqualTo("HTTP/2.0"));
    }

    @Test
    void callsThatComeAtOnceShareTheirConnections() throws Exception {
        try (FakeProxy proxy = new FakeProxy(server.httpsPort(), "");
                ActionsClient client = client(
                        "https://github.test", ProxySettings.of(null, "http://127.0.0.1:" + proxy.port(), null))) {
            Clients.callAtOnce(client, 250);

            assertThat(proxy.requests())
                    .as("a connection for each hundred")
                    .hasSizeBetween(1, 3)
                    .containsOnly("CONNECT github.test:443 HTTP/1.1");
        }
    }

    @Test
    void aConnectionThatDiedSilentlyIsNotUsedAgainAfterATimeout() throws Exception {
        try (FakeProxy proxy = new FakeProxy(server.httpsPort(), "");
                ActionsClient client = builder(
                                "https://github.test", ProxySettings.of(null, "http://127.0.0.1:" + proxy.port(), null))
                        .timeouts(Timeouts.DEFAULT.withCall(Duration.ofSeconds(2)))
                        .build()) {
            assertThat(client.getRunner(5)).isPresent();
            assertThat(proxy.requests()).hasSize(1);
            proxy.forgetConnections();

            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("no complete answer in time");
            assertThat(client.getRunner(5)).isPresent();
            assertThat(client.getRunner(5)).isPresent();

            assertThat(proxy.requests())
                    .as("one connection before and one after")
                    .hasSize(2);
        }
    }

    private ActionsClient client(String base, ProxySettings proxy) {
        return builder(base, proxy).build();
    }

    private ActionsClient.Builder builder(String base, ProxySettings proxy) {
        String token =
                FakeGitHub.jwt("{\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond() + "}");
        server.stubFor(post(urlPathMatching(".*/runner-registration"))
                .willReturn(okJson("{\"url\":\"" + base + "/tenant\",\"token\":\"" + token + "\"}")));
        return ActionsClient.builder(ConfigUrl.parse(base + "/org"), () -> new PersonalAccessToken("x"))
                .trust(authority)
                .proxy(proxy)
                .retry(RetrySettings.NONE);
    }
}
