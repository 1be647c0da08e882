package io.github.arc4j.simulator.network;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A server that offers HTTP/2 to its first client, and then ends. */
public final class Http2Offer implements AutoCloseable {
    private final SSLServerSocket server;
    private final CompletableFuture<String> chosen = new CompletableFuture<>();

    /**
     * Starts the server on the loopback address.
     *
     * @param identity the server's certificate
     * @throws IOException if no port can be opened
     */
    public Http2Offer(ServerIdentity identity) throws IOException {
        server = (SSLServerSocket)
                identity.tls().getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "http2-offer");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * {@return the port}
     */
    public int port() {
        return server.getLocalPort();
    }

    /**
     * Waits for the client's choice.
     *
     * @return the protocol: {@code h2} for HTTP/2, empty if the client did not offer it
     * @throws Exception if no client connects within 30 seconds, or the handshake fails
     */
    public String chosen() throws Exception {
        return chosen.get(30, TimeUnit.SECONDS);
    }

    private void serve() {
        try (server;
                SSLSocket client = (SSLSocket) server.accept()) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            client.setSSLParameters(parameters);
            client.startHandshake();
            chosen.complete(client.getApplicationProtocol());
        } catch (IOException e) {
            chosen.completeExceptionally(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
