package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.http.RequestMethod;
import io.github.arc4j.actions.errors.ConnectionException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GitHub speaks HTTP/2; the JDK's test server doesn't. */
class Http2Test {
    @TempDir
    private Path directory;

    private Http2Server server;

    @BeforeEach
    void start() throws Exception {
        server = new Http2Server(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void moreCallsThanAConnectionHasStreamsAllSucceed() throws Exception {
        try (ActionsClient client = client("https://127.0.0.1:" + server.port(), ProxySettings.NONE)) {
            Clients.callAtOnce(client, 250);
        }

        assertThat(server.events())
                .hasSize(252)
                .allSatisfy(
                        event -> assertThat(event.getRequest().getProtocol()).isEqualTo("HTTP/2.0"));
    }

    @Test
    void hostsThatAreExcludedAreCalledOverHttp11() throws Exception {
        try (ActionsClient client = server.client("https://127.0.0.1:" + server.port(), ProxySettings.NONE)
                .http2(host -> !host.equals("127.0.0.1"))
                .build()) {
            Clients.callAtOnce(client, 50);
        }

        assertThat(server.events())
                .hasSize(52)
                .allSatisfy(
                        event -> assertThat(event.getRequest().getProtocol()).isEqualTo("HTTP/1.1"));
    }

    @Test
    void requestsWithoutABodyHaveTheLengthThatGoSends() throws Exception {
        try (ActionsClient client = client("https://127.0.0.1:" + server.port(), ProxySettings.NONE)) {
            client.getRunner(5);
        }

        assertThat(server.events())
                .filteredOn(event -> event.getRequest().getMethod().equals(RequestMethod.POST)
                        && event.getRequest().getBody().length == 0)
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getRequest().getHeader("Content-Length"))
                        .isEqualTo("0"));
        assertThat(server.events())
                .filteredOn(event -> event.getRequest().getMethod().equals(RequestMethod.GET))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getRequest().containsHeader("Content-Length"))
                        .isFalse());
    }

    @Test
    void callsThatComeTogetherShareTheirConnections() throws Exception {
        try (FakeProxy proxy = new FakeProxy(server.port(), "");
                ActionsClient client =
                        client(Http2Server.BASE, ProxySettings.of(null, "http://127.0.0.1:" + proxy.port(), null))) {
            Clients.callAtOnce(client, 250);

            assertThat(proxy.requests())
                    .as("a connection for each hundred")
                    .hasSizeBetween(1, 3)
                    .containsOnly("CONNECT github.test:443 HTTP/1.1");
        }
    }

    @Test
    void aConnectionThatDiedSilentlyIsNotUsedAgainAfterATimeout() throws Exception {
        try (FakeProxy proxy = new FakeProxy(server.port(), "");
                ActionsClient client = server.client(
                                Http2Server.BASE, ProxySettings.of(null, "http://127.0.0.1:" + proxy.port(), null))
                        .timeouts(Timeouts.DEFAULT.withCall(Duration.ofSeconds(5)))
                        .build()) {
            assertThat(client.getRunner(5)).isPresent();
            assertThat(proxy.requests()).hasSize(1);
            proxy.forgetConnections();

            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("no complete response in time");
            assertThat(client.getRunner(5)).isPresent();
            assertThat(client.getRunner(5)).isPresent();

            assertThat(proxy.requests())
                    .as("one connection before and one after")
                    .hasSize(2);
        }
    }

    private ActionsClient client(String base, ProxySettings proxy) {
        return server.client(base, proxy).build();
    }
}
