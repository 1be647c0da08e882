package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.arc4j.actions.errors.ConnectionException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that listens and does nothing more. */
class ConnectingTest {
    private static final Timeouts QUICK =
            new Timeouts(Duration.ofMillis(300), Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(1));

    private final List<Socket> sockets = new ArrayList<>();
    private final List<String> unreachable = new ArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    @Test
    void aServerThatDoesNotAcceptEndsTheCallAfterTheConnectTimeout() throws Exception {
        fillTheQueue();

        assertThat(failureOf("http")).hasMessageEndingWith("HTTP connect timed out");
        assertThat(unreachable).containsExactly("127.0.0.1:" + server.getLocalPort() + " PT0.3S");
    }

    @Test
    void aServerThatDoesNotShakeHandsEndsTheCallAfterTheConnectTimeout() {
        assertThat(failureOf("https")).hasMessageContaining("timed out");
    }

    @Test
    void aServerThatRefusesEndsTheCallImmediately() throws Exception {
        server.close();

        assertThat(failureOf("http")).hasMessageContaining("failed to send request");
        assertThat(unreachable).containsExactly("127.0.0.1:" + server.getLocalPort() + " PT0S");
    }

    @Test
    void aProxyThatRefusesIsWhatIsUnreachable() throws Exception {
        server.close();
        String proxy = "http://localhost:" + server.getLocalPort();

        ConfigUrl url = ConfigUrl.parse("https://github.test/org");
        assertThat(failureOf(url, ProxySettings.of(null, proxy, null)))
                .hasMessageContaining("failed to send request: connection refused (proxy " + proxy + ")");
        assertThat(unreachable).containsExactly("localhost:" + server.getLocalPort() + " PT0S");
    }

    private ConnectionException failureOf(String scheme) {
        return failureOf(
                ConfigUrl.parse(scheme + "://127.0.0.1:" + server.getLocalPort() + "/org"), ProxySettings.NONE);
    }

    private ConnectionException failureOf(ConfigUrl url, ProxySettings proxy) {
        long start = System.nanoTime();
        try (ActionsClient client = ActionsClient.builder(url, () -> new PersonalAccessToken("x"))
                .timeouts(QUICK)
                .retry(RetrySettings.NONE)
                .proxy(proxy)
                .metrics(new ClientMetrics() {
                    @Override
                    public void unreachable(String host, int port, Duration duration) {
                        unreachable.add(host + ":" + port + " " + duration);
                    }
                })
                .build()) {
            ConnectionException e =
                    catchThrowableOfType(ConnectionException.class, () -> client.generateJitConfig(7, "r", ""));

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(QUICK.call());
            assertThat(e.outcomeUnknown()).isFalse();
            assertThat(e.retryable()).isTrue();
            return e;
        }
    }

    /** Connects until the system takes no more for the server. */
    private void fillTheQueue() throws IOException {
        while (true) {
            Socket socket = new Socket();
            sockets.add(socket);
            try {
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 200);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
    }
}
