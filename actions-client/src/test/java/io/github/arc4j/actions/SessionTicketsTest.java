package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server may send any number of tickets for the resumption of a TLS session, and the JDK keeps all of them. */
class SessionTicketsTest {
    @Test
    void ticketsAreDiscarded(@TempDir Path directory) throws Exception {
        Certificates certificates = new Certificates(directory);
        Path authority = Files.writeString(directory.resolve("ours.pem"), certificates.createAuthority("ours"));
        SSLContext context = SystemCertificates.inFile(authority).sslContext();
        SSLSessionContext sessions = context.getClientSessionContext();
        try (SSLServerSocket server = (SSLServerSocket) certificates
                .createServer("ours", "ip:127.0.0.1")
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            sendRequest(server, context);
            assertThat(ids(sessions)).as("the session itself").hasSize(1);

            sessions.setSessionTimeout((int) Duration.ofDays(1).toSeconds());
            sendRequest(server, context);
            assertThat(ids(sessions)).as("two sessions and a ticket").hasSize(3);
        }
    }

    private static List<byte[]> ids(SSLSessionContext sessions) {
        return Collections.list(sessions.getIds());
    }

    private static void sendRequest(SSLServerSocket server, SSLContext trust) throws InterruptedException {
        Thread response = Thread.startVirtualThread(() -> respond(server));
        try (ActionsClient client = ActionsClient.builder(
                        ConfigUrl.parse("https://127.0.0.1:" + server.getLocalPort() + "/org"),
                        () -> new PersonalAccessToken("x"))
                .trust(trust)
                .retry(RetrySettings.NONE)
                .build()) {
            assertThatThrownBy(() -> client.getRunner(5)).hasMessageContaining("418");
        }
        response.join();
    }

    private static void respond(SSLServerSocket server) {
        try (SSLSocket client = (SSLSocket) server.accept()) {
            client.getInputStream().read(); // the request has begun
            client.getOutputStream()
                    .write("HTTP/1.1 418 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes());
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
