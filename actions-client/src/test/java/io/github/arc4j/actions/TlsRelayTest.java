package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.internal.proxy.TlsRelay;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsRelayTest {
    /** Whoever chooses the proxy chooses the certificates, too, and so how long the JDK examines them. */
    @Test
    void aProxyCannotKeepAVirtualThreadBusy(@TempDir Path directory) throws Exception {
        Certificates certificates = new Certificates(directory);
        certificates.createAuthority("ours");
        SSLContext ofProxy = certificates.createServer("ours", "ip:127.0.0.1");
        CompletableFuture<String> examining = new CompletableFuture<>();
        SSLContext trust = SSLContext.getInstance("TLS");
        trust.init(null, new TrustManager[] {new Examination(examining)}, null);
        try (SSLServerSocket server = (SSLServerSocket)
                        ofProxy.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TlsRelay relay = new TlsRelay(
                        new HttpProxy(true, "127.0.0.1", server.getLocalPort(), "", ""),
                        trust,
                        Duration.ofSeconds(30));
                Socket client =
                        new Socket(relay.address().getAddress(), relay.address().getPort());
                SSLSocket proxy = (SSLSocket) server.accept()) {
            assertThat(client.isConnected()).isTrue();
            proxy.startHandshake();

            assertThat(examining.get(30, TimeUnit.SECONDS))
                    .as("virtual threads have no name")
                    .isEqualTo("actions-client");
        }
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
