package io.github.arc4j.actions.internal.proxy;

import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.internal.concurrent.VirtualThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relay to a proxy that requires TLS, which the JDK's HTTP client does not support for connections to proxies. The
 * relay listens on a loopback port and forwards connections to the proxy over TLS. It adds no credentials.
 *
 * <p>The proxy may be hostile. So TLS is read on platform threads, which it can keep busy; handshakes and writes have
 * time limits; and connections are closed below TLS, because {@link SSLSocket#close} waits for a write that blocks.
 */
public final class TlsRelay implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TlsRelay.class);
    private static final int BACKLOG = 512;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final byte[] BAD_GATEWAY =
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final HttpProxy proxy;
    private final SSLContext tls;
    private final Duration limit;
    private final Executor threads = VirtualThreads.perTask();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ServerSocket server;
    private volatile boolean closed;

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    /**
     * Opens the port.
     *
     * @param limit of a connection's establishment, and of each write
     */
    public TlsRelay(HttpProxy proxy, SSLContext tls, Duration limit) {
        this.proxy = proxy;
        this.tls = tls;
        this.limit = limit;
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

    /** Does not wait. */
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            log.debug("Failed to close the port: {}", e.getMessage());
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
                    log.warn("Failed to accept a connection: {}", e.getMessage());
                    LockSupport.parkNanos(PAUSE.toNanos()); // file descriptors may have run out
                }
            }
        }
    }

    private void serve(Socket client) {
        Socket plain = new Socket();
        sockets.add(client);
        sockets.add(plain);
        if (closed) {
            close();
        }
        try {
            SSLSocket upstream = connect(plain);
            threads.execute(() -> {
                copy(client, upstream, plain);
                end(client);
            });
            copy(upstream, client, client);
        } catch (IOException | RuntimeException e) {
            log.warn("Failed to reach the proxy {}: {}", proxy, e.getMessage());
            refuse(client);
        } finally {
            end(client);
            end(plain);
        }
    }

    private SSLSocket connect(Socket plain) throws IOException {
        plain.connect(new InetSocketAddress(proxy.host(), proxy.port()), (int) limit.toMillis());
        plain.setTcpNoDelay(true);
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, proxy.host(), proxy.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        inTime(plain, socket::startHandshake);
        return socket;
    }

    /** Ends the socket if the action takes too long, so that it fails. */
    private void inTime(Socket socket, Action action) throws IOException {
        CompletableFuture<Boolean> done =
                new CompletableFuture<Boolean>().completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS);
        done.thenAccept(inTime -> {
            if (!inTime) {
                end(socket);
            }
        });
        try {
            action.run();
        } finally {
            done.complete(true);
        }
    }

    /** Responds like a proxy, from which the caller learns that nothing reached GitHub. */
    private static void refuse(Socket client) {
        try {
            // unread bytes would turn the response into a connection reset
            client.getInputStream().read(new byte[1 << 14]);
            client.getOutputStream().write(BAD_GATEWAY);
        } catch (IOException e) {
            log.debug("The connection was lost: {}", e.getMessage());
        }
    }

    /**
     * Copies one direction until it ends.
     *
     * @param plain what {@code to} writes to
     */
    private void copy(Socket from, Socket to, Socket plain) {
        byte[] buffer = new byte[1 << 13];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                int size = length;
                inTime(plain, () -> out.write(buffer, 0, size));
            }
        } catch (IOException e) {
            log.trace("A connection ended: {}", e.getMessage());
        }
        end(plain);
    }

    private void end(Socket plain) {
        sockets.remove(plain);
        try {
            plain.close();
        } catch (IOException e) {
            log.trace("Failed to close a connection: {}", e.getMessage());
        }
    }
}
