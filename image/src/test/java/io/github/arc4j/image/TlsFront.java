package io.github.arc4j.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/**
 * Accepts TLS connections on a free port and passes what they carry on to a server that has no TLS. The client's favourite
 * cipher suite is taken, as a server in Go does.
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
                Socket outside = server.accept();
                Socket inside = new Socket(target.getHost(), target.getPort());
                Thread.ofVirtual().start(() -> copy(outside, inside));
                Thread.ofVirtual().start(() -> copy(inside, outside));
            } catch (IOException e) {
                // Closed, or the target has gone: then the client sees a lost connection.
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has hung up, and so do we.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
