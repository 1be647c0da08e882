package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.internal.proxy.TlsRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hostile proxy can do, which the author of a scale set chooses, with its certificate. */
class TlsRelayTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    @TempDir
    private Path directory;

    private final CompletableFuture<String> examining = new CompletableFuture<>();
    private SSLServerSocket server;

    @BeforeEach
    void start() throws Exception {
        Certificates certificates = new Certificates(directory);
        certificates.createAuthority("ours");
        server = (SSLServerSocket) certificates
                .createServer("ours", "ip:127.0.0.1")
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private TlsRelay relayTo(ServerSocket proxy, Duration limit) throws Exception {
        return relayTo(proxy.getLocalPort(), limit);
    }

    private TlsRelay relayTo(int port, Duration limit) throws Exception {
        SSLContext trust = SSLContext.getInstance("TLS");
        trust.init(null, new TrustManager[] {new Examination(examining)}, null);
        return new TlsRelay(new HttpProxy(true, "127.0.0.1", port, "", ""), trust, limit);
    }

    private static Socket connect(TlsRelay relay) throws IOException {
        return new Socket(relay.address().getAddress(), relay.address().getPort());
    }

    private static long threadsOfRelays() {
        return Thread.getAllStackTraces().values().stream()
                .filter(trace -> Arrays.stream(trace)
                        .anyMatch(frame -> frame.getClassName().equals(TlsRelay.class.getName())))
                .count();
    }

    @Test
    void itCannotKeepAVirtualThreadBusy() throws Exception {
        try (TlsRelay relay = relayTo(server, LONG);
                Socket client = connect(relay);
                SSLSocket proxy = (SSLSocket) server.accept()) {
            assertThat(client.isConnected()).isTrue();
            proxy.startHandshake();

            assertThat(examining.get(30, TimeUnit.SECONDS))
                    .as("virtual threads have no name")
                    .isEqualTo("actions-client");
        }
    }

    @Test
    void closingDoesNotWaitForAProxyThatDoesNotRead() throws Exception {
        TlsRelay relay = relayTo(server, LONG);
        try (Socket client = connect(relay);
                SSLSocket proxy = (SSLSocket) server.accept()) {
            proxy.startHandshake();
            fill(client);

            relay.close();
            await().until(() -> threadsOfRelays() == 0);
        }
    }

    @Test
    void aProxyThatDoesNotReadLosesItsConnection() throws Exception {
        try (TlsRelay relay = relayTo(server, Duration.ofSeconds(1));
                Socket client = connect(relay);
                SSLSocket proxy = (SSLSocket) server.accept()) {
            proxy.startHandshake();

            assertThatThrownBy(() -> {
                        while (true) {
                            client.getOutputStream().write(new byte[1 << 16]);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /** Each byte would renew a limit on the time of a read. */
    @Test
    void aHandshakeHasATimeLimitAsAWhole() throws Exception {
        try (ServerSocket dripping = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TlsRelay relay = relayTo(dripping, Duration.ofSeconds(1));
                Socket client = connect(relay);
                Socket proxy = dripping.accept()) {
            client.getOutputStream().write('x');
            Thread drops = new Thread(() -> drip(proxy));
            drops.start();

            assertThat(new String(client.getInputStream().readAllBytes())).startsWith("HTTP/1.1 502 Bad Gateway");
            drops.join();
        }
    }

    @Test
    void aConnectionEndsAlsoAfterAnUnexpectedError() throws Exception {
        int invalid = 70_000;
        try (TlsRelay relay = relayTo(invalid, LONG);
                Socket client = connect(relay)) {
            client.getOutputStream().write('x');

            assertThat(new String(client.getInputStream().readAllBytes())).startsWith("HTTP/1.1 502 Bad Gateway");
        }
    }

    /** Sends the beginning of a long record, byte by byte, until the connection is closed. */
    private static void drip(Socket to) {
        try {
            to.getOutputStream().write(new byte[] {22, 3, 3, 64, 0});
            while (true) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                to.getOutputStream().write(0);
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** Writes until nothing moves: the relay's thread waits in a write. */
    private static void fill(Socket client) {
        AtomicLong written = new AtomicLong();
        Thread writer = new Thread(() -> {
            try {
                while (true) {
                    client.getOutputStream().write(new byte[1 << 16]);
                    written.addAndGet(1 << 16);
                }
            } catch (IOException e) {
                // closed
            }
        });
        writer.setDaemon(true);
        writer.start();
        AtomicLong before = new AtomicLong();
        await().pollInterval(Duration.ofMillis(500))
                .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
    }

    /** Trusts every server. */
    private record Examination(CompletableFuture<String> thread) implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            thread.complete(Thread.currentThread().getName());
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
