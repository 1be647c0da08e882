package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.errors.ConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK's HTTP client queues the replies to new keys without a limit if the server does not read them. */
class KeyUpdatesTest {
    private static final int FEW = 20;

    @Test
    void aServerThatKeepsChangingItsKeysLosesTheConnection(@TempDir Path directory) throws Exception {
        Certificates certificates = new Certificates(directory);
        String authority = certificates.createAuthority("ours");
        AtomicInteger updates = new AtomicInteger();
        try (SSLServerSocket server = (SSLServerSocket) certificates
                .createServer("ours", "ip:127.0.0.1")
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread attack = new Thread(() -> flood(server, updates));
            attack.start();
            try (ActionsClient client = client(server.getLocalPort(), authority)) {
                assertThatThrownBy(() -> client.getRunner(5))
                        .isInstanceOf(ConnectionException.class)
                        .satisfies(e -> assertThat(e).hasMessageNotContaining("in time"));
            }
            attack.join();
        }
        assertThat(updates.get()).isBetween(100, 10_000);
    }

    @Test
    void aFewNewKeysDoNotMatter(@TempDir Path directory) throws Exception {
        Certificates certificates = new Certificates(directory);
        String authority = certificates.createAuthority("ours");
        try (SSLServerSocket server = (SSLServerSocket) certificates
                .createServer("ours", "ip:127.0.0.1")
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread attack = new Thread(() -> answer(server));
            attack.start();
            try (ActionsClient client = client(server.getLocalPort(), authority)) {
                assertThatThrownBy(() -> client.getRunner(5)).hasMessageContaining("418");
            }
            attack.join();
        }
    }

    private static ActionsClient client(int port, String authority) {
        return ActionsClient.builder(
                        ConfigUrl.parse("https://127.0.0.1:" + port + "/org"), () -> new PersonalAccessToken("x"))
                .trust(authority)
                .retry(RetrySettings.NONE)
                .timeouts(Timeouts.DEFAULT.withCall(Duration.ofSeconds(30)))
                .build();
    }

    private static void flood(SSLServerSocket server, AtomicInteger updates) {
        try (SSLSocket client = accept(server)) {
            while (true) {
                client.startHandshake(); // with TLS 1.3, after the first one: a request for new keys
                updates.incrementAndGet();
            }
        } catch (IOException e) {
            // the client has closed the connection
        }
    }

    private static void answer(SSLServerSocket server) {
        try (SSLSocket client = accept(server)) {
            OutputStream out = client.getOutputStream();
            for (int i = 0; i < FEW; i++) {
                client.startHandshake();
            }
            out.write("HTTP/1.1 418 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes());
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLSocket accept(SSLServerSocket server) throws IOException {
        SSLSocket client = (SSLSocket) server.accept();
        client.startHandshake();
        client.getInputStream().read(); // the request has begun
        return client;
    }
}
