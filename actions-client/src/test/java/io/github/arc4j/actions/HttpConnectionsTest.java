package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.Clients.Waits;
import io.github.arc4j.actions.errors.ConnectionException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpConnectionsTest {
    private final FakeGitHub github = new FakeGitHub();
    private final HttpConnections connections = new HttpConnections();

    @AfterEach
    void stop() {
        github.close();
    }

    private ActionsClient.Builder sharing() {
        return Clients.builder(github, new Waits()).connections(connections);
    }

    private int pools() {
        return connections.pools().size();
    }

    @Test
    void clientsShareConnectionsUntilTheLastIsClosed() throws Exception {
        github.service("GET", AGENTS + "/5", json(200, "{\"id\":5,\"name\":\"r\"}"));
        ActionsClient first = sharing().build();
        ActionsClient second = sharing().build();
        assertThat(pools()).isEqualTo(1);
        assertThat(first.getRunner(5)).isPresent();
        first.close();
        first.close();
        assertThatThrownBy(() -> first.getRunner(5)).isInstanceOf(ConnectionException.class);
        assertThat(second.getRunner(5)).isPresent();
        second.close();
        assertThat(pools()).isZero();
    }

    @Test
    void eachClientHasItsOwnToken() throws Exception {
        github.service("GET", AGENTS + "/5", json(200, "{\"id\":5,\"name\":\"r\"}"));
        try (ActionsClient first = sharing().build();
                ActionsClient second = sharing().build()) {
            first.getRunner(5);
            second.getRunner(5);
        }
        assertThat(github.requests("POST", "/registration-token")).hasSize(2);
    }

    @Test
    void otherHostsProxiesAndCertificatesHaveOtherConnections(@TempDir Path directory) throws Exception {
        String certificate = new Certificates(directory).createAuthority("own");
        try (FakeGitHub other = new FakeGitHub();
                ActionsClient plain = sharing().build();
                ActionsClient ofOther = Clients.builder(other, new Waits())
                        .connections(connections)
                        .build();
                ActionsClient proxied = sharing()
                        .proxy(ProxySettings.of("http://u:p@proxy:3128", null, null))
                        .build();
                ActionsClient trusting = sharing().trust(certificate).build();
                ActionsClient trustingAlike = sharing().trust(certificate).build()) {
            assertThat(pools()).isEqualTo(4);
        }
        assertThat(pools()).isZero();
    }
}
