package io.github.arc4j.actions.internal.proxy;

import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.internal.concurrent.VirtualThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relay to a proxy that requires TLS, which the JDK's HTTP client does not support for connections to proxies. The
 * relay listens on a loopback port and forwards connections to the proxy over TLS. It adds no credentials.
 */
public final class TlsRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsRelay.class);
    private static final int BACKLOG = 512;
    private static final byte[] BAD_GATEWAY =
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final HttpProxy proxy;
    private final SSLContext tls;
    private final int connectMillis;
    private final Executor threads = VirtualThreads.perTask();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ServerSocket server;
    private volatile boolean closed;

    /** Opens the port. */
    public TlsRelay(HttpProxy proxy, SSLContext tls, Duration connectTimeout) {
        this.proxy = proxy;
        this.tls = tls;
        this.connectMillis = (int) connectTimeout.toMillis();
        try {
            server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** Returns the address to connect to instead of the proxy's. */
    public InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("Failed to close the port: {}", e.getMessage());
        }
        sockets.forEach(this::end);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = server.accept();
                VirtualThreads.daemon(() -> serve(client)).start();
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("Failed to accept a connection: {}", e.getMessage());
                }
            }
        }
    }

    /** On a platform thread: a proxy could keep the thread that reads TLS busy, and with it all virtual threads. */
    private void serve(Socket client) {
        sockets.add(client);
        try {
            SSLSocket upstream = connect();
            sockets.add(upstream);
            threads.execute(() -> copy(client, upstream));
            copy(upstream, client);
        } catch (IOException e) {
            LOG.warn("Failed to reach the proxy {}: {}", proxy, e.getMessage());
            refuse(client);
        }
        if (closed) {
            close();
        }
    }

    private SSLSocket connect() throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(proxy.host(), proxy.port()), connectMillis);
            plain.setTcpNoDelay(true);
            SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, proxy.host(), proxy.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(connectMillis);
            socket.startHandshake();
            socket.setSoTimeout(0);
            return socket;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** Responds like a proxy, from which the caller learns that nothing reached GitHub. */
    private void refuse(Socket client) {
        try {
            // unread bytes would turn the response into a connection reset
            client.getInputStream().read(new byte[1 << 14]);
            client.getOutputStream().write(BAD_GATEWAY);
        } catch (IOException e) {
            LOG.debug("The connection is gone: {}", e.getMessage());
        }
        end(client);
    }

    /** Copies one direction; when it ends, both directions are closed. */
    private void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            LOG.trace("A connection ended: {}", e.getMessage());
        }
        end(from);
        end(to);
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            LOG.trace("Failed to close a connection: {}", e.getMessage());
        }
    }
}
