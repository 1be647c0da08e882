package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
    }

    @Test
    void aServerThatDoesNotShakeHandsEndsTheCallAfterTheConnectTimeout() {
        assertThat(failureOf("https")).hasMessageContaining("timed out");
    }

    private ConnectionException failureOf(String scheme) {
        ConfigUrl url = ConfigUrl.parse(scheme + "://127.0.0.1:" + server.getLocalPort() + "/org");
        long start = System.nanoTime();
        try (ActionsClient client = ActionsClient.builder(url, () -> new PersonalAccessToken("x"))
                .timeouts(QUICK)
                .retry(RetrySettings.NONE)
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
