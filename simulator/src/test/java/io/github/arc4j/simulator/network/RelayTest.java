package io.github.arc4j.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {
    private ServerSocket server;
    private Relay relay;

    /** Starts an echo server and a relay to it. */
    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread echo = new Thread(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    new Thread(() -> echo(socket)).start();
                }
            } catch (IOException e) {
                // the test has ended
            }
        });
        echo.start();
        relay = Relay.to(server.getLocalPort());
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // the client has disconnected
        }
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        server.close();
    }

    private static Socket connect(Relay relay) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relay.port());
        socket.setSoTimeout(5000);
        return socket;
    }

    private static int exchange(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        return socket.getInputStream().read();
    }

    @Test
    void frozenConnectionsStayOpenAndSilentWhileNewOnesWork() throws IOException {
        try (Socket existing = connect(relay)) {
            assertThat(exchange(existing)).isEqualTo('x');
            relay.freeze();
            existing.setSoTimeout(100);
            assertThatThrownBy(() -> exchange(existing)).isInstanceOf(SocketTimeoutException.class);
            try (Socket later = connect(relay)) {
                assertThat(exchange(later)).isEqualTo('x');
            }
        }
    }

    @Test
    void resetsOrHalfClosesConnections() throws IOException {
        try (Socket first = connect(relay)) {
            assertThat(exchange(first)).isEqualTo('x');
            relay.halfClose();
            assertThat(first.getInputStream().read()).isNegative();
        }
        try (Socket second = connect(relay)) {
            assertThat(exchange(second)).isEqualTo('x');
            relay.reset();
            assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void delaysData() throws IOException {
        relay.delay(Duration.ofMillis(100));
        try (Socket socket = connect(relay)) {
            long start = System.nanoTime();
            assertThat(exchange(socket)).isEqualTo('x');
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void tunnelRequiresCredentials() throws IOException {
        try (Relay proxy = Relay.proxy(server.getLocalPort(), "user:pass");
                Socket socket = connect(proxy)) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            send(socket, "CONNECT github.test:443 HTTP/1.1\r\n\r\n");
            assertThat(in.readLine()).contains("407");
            in.readLine();
            in.readLine();
            in.readLine();
            send(socket, "CONNECT github.test:443 HTTP/1.1\r\nproxy-authorization: basic dXNlcjpwYXNz\r\n\r\n");
            assertThat(in.readLine()).contains("200");
            in.readLine();
            send(socket, "hello\n");
            assertThat(in.readLine()).isEqualTo("hello");
            assertThat(proxy.denied()).containsExactly("github.test:443");
            assertThat(proxy.tunnels()).containsExactly("github.test:443");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
