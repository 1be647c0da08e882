package io.github.arc4j.cli.doctor;

import static io.github.arc4j.cli.TestObjects.RUNNERS;
import static io.github.arc4j.cli.TestObjects.SYSTEMS;
import static io.github.arc4j.cli.TestObjects.metadata;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.cli.TestObjects;
import io.github.arc4j.cli.snapshot.ControllerLocation;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tenants choose the server: it gets no more from arc than from the controller. */
class GitHubConnectionTest {
    private final TestObjects objects = new TestObjects();

    private ActionsClient open(String scheme, int port) throws Exception {
        objects.add(new SecretBuilder()
                .withMetadata(metadata(RUNNERS, "github", 9000))
                .withData(Map.of("github_token", "dG9rZW4="))
                .build());
        objects.set.setSpec(objects.set.getSpec().toBuilder()
                .githubConfigUrl("%s://127.0.0.1:%d/acme".formatted(scheme, port))
                .build());
        return new GitHubConnection(Map.of())
                .open(objects.builder()
                        .controller(ControllerLocation.certain(SYSTEMS))
                        .build()
                        .scaleSets()
                        .getFirst());
    }

    @Test
    void aLongResponseIsNotRead() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(new byte[300 << 10]);
            }
        });
        server.start();
        try (ActionsClient client = open("http", server.getAddress().getPort())) {
            assertThatThrownBy(() -> client.getScaleSet(7))
                    .isInstanceOf(ActionsException.class)
                    .hasMessageContaining("body of more than 262144 bytes");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void http2IsNotOfferedToOtherHostsThanGitHub() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ActionsClient client = open("https", server.getLocalPort())) {
            FutureTask<String> clientHello = new FutureTask<>(() -> firstTlsRecord(server));
            Thread.ofVirtual().start(clientHello);
            assertThatThrownBy(() -> client.getScaleSet(7)).isInstanceOf(ActionsException.class);

            assertThat(clientHello.get(10, TimeUnit.SECONDS)).isNotEmpty().doesNotContain("\2h2\10http/1.1");
        }
    }

    private static String firstTlsRecord(ServerSocket server) throws Exception {
        try (Socket connection = server.accept();
                DataInputStream in = new DataInputStream(connection.getInputStream())) {
            in.skipNBytes(3);
            return new String(in.readNBytes(in.readUnsignedShort()), ISO_8859_1);
        }
    }
}
