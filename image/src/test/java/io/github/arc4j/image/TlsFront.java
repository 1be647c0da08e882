package io.github.arc4j.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/**
 * A TLS proxy: accepts TLS connections on a free port and forwards their data to a server without TLS. It uses the
 * client's preferred cipher suite, as a Go server does.
 */
final class TlsFront implements AutoCloseable {

    private final SSLServerSocket server;
    private final URI target;

    TlsFront(SSLContext tls, URI target) throws IOException {
        this.server = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 0, InetAddress.getLoopbackAddress());
        SSLParameters parameters = server.getSSLParameters();
        parameters.setUseCipherSuitesOrder(false);
        server.setSSLParameters(parameters);
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket external = server.accept();
                Socket internal = new Socket(target.getHost(), target.getPort());
                Thread.ofVirtual().start(() -> copy(external, internal));
                Thread.ofVirtual().start(() -> copy(internal, external));
            } catch (IOException e) {
                // Closed, or the target is not reachable; the client then sees a lost connection.
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has closed its connection, so both connections are closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
