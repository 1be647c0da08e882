package io.github.arc4j.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.simulator.network.Http2Offer;
import io.github.arc4j.simulator.network.ServerIdentity;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerClientTest {
    /** It could use up the memory of a shared listener: the JDK's HTTP/2 client queues replies to it without a limit. */
    @Test
    void aServerThatATenantChoosesIsNotCalledOverHttp2(@TempDir Path directory) throws Exception {
        ServerIdentity identity = ServerIdentity.create(directory);
        try (Http2Offer server = new Http2Offer(identity)) {
            ConfigUrl url = ConfigUrl.parse("https://127.0.0.1:" + server.port() + "/org");
            ListenerConfig config = ListenerConfig.builder()
                    .configureUrl(url.toString())
                    .serverRootCa(identity.certificate())
                    .build();
            try (ActionsClient client = ListenerClient.builder(
                            config, url, () -> new PersonalAccessToken("token"), new ListenerMetrics(config, url))
                    .build()) {
                assertThatThrownBy(() -> client.getRunner(1)).isInstanceOf(ConnectionException.class);
            }
            assertThat(server.chosen()).isEmpty();
        }
    }
}
