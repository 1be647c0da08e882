package io.github.arc4j.process.http;

import io.github.arc4j.process.http.OpenConnections.Phase;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Responds to the requests of a connection, one after the other. A connection that waits does so without any periodic work,
 * which in a process with little else to do would take most of the CPU time.
 */
final class HttpConnection implements Runnable {
    /** How long a client may take to send a request, and how long a connection may stay open without one. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** How long the thread that accepts connections waits for a request; probes send it immediately. */
    private static final Duration AT_ONCE = Duration.ofMillis(50);

    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    /** How long a client may take to receive a response. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);

    private static final int MAX_HEAD = 16 * 1024;
    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);
    private static final HttpCall UNREADABLE = new HttpCall("GET", "/", "", "HTTP/1.0", Map.of(), () -> false);

    private final Socket socket;
    private final Map<String, HttpHandler> handlers;
    private final OpenConnections connections;
    private byte[] received = new byte[512];
    private int length;

    HttpConnection(Socket socket, Map<String, HttpHandler> handlers, OpenConnections connections) {
        this.socket = socket;
        this.handlers = handlers;
        this.connections = connections;
    }

    /**
     * Responds to a request that arrives immediately and is the only one of its connection, which is then closed; if
     * there is none, {@link #run} must be called.
     */
    boolean respondsAtOnce() {
        try {
            connections.enter(Phase.RECEIVING, socket);
            int end = receiveHead(AT_ONCE);
            Optional<HttpCall> call = end < 0 ? Optional.empty() : parse(end);
            if (call.isEmpty() || mayBeFollowed(call.get())) {
                return false;
            }
            connections.enter(Phase.RESPONDING, socket);
            send(call.get(), reply(call.get()));
            socket.close();
            connections.leave(socket);
            return true;
        } catch (IOException | UncheckedIOException e) {
            // The same will happen again where the connection is closed.
            return false;
        }
    }

    @Override
    public void run() {
        try (socket) {
            // Without it, responses on a connection that is used again take 40 ms.
            socket.setTcpNoDelay(true);
            connections.enter(Phase.RECEIVING, socket);
            while (respondToNext()) {
                connections.enter(Phase.IDLE, socket);
                if (length == 0 && !receive(IDLE_TIMEOUT)) {
                    return;
                }
                connections.enter(Phase.RECEIVING, socket);
            }
        } catch (IOException e) {
            log.debug("A connection ended: {}", e.getMessage());
        } finally {
            connections.leave(socket);
        }
    }

    /** Receives a request and responds to it; returns whether another one may follow. */
    private boolean respondToNext() throws IOException {
        int end = receiveHead(REQUEST_TIMEOUT);
        if (end < 0) {
            if (length == MAX_HEAD) {
                send(UNREADABLE, HttpReply.text(431, "the request is too large"));
            }
            return false;
        }
        Optional<HttpCall> call = parse(end);
        consume(end + 4);
        connections.enter(Phase.RESPONDING, socket);
        if (call.isEmpty()) {
            send(UNREADABLE, HttpReply.text(400, "not an HTTP/1 request"));
            return false;
        }
        send(call.get(), reply(call.get()));
        return mayBeFollowed(call.get());
    }

    private Optional<HttpCall> parse(int end) {
        return HttpCall.parse(new String(received, 0, end, StandardCharsets.ISO_8859_1), socket::isClosed);
    }

    private static boolean mayBeFollowed(HttpCall call) {
        return call.isPersistent() && !call.hasBody();
    }

    private HttpReply reply(HttpCall call) {
        HttpHandler handler = handlers.get(call.path());
        if (handler == null) {
            return HttpReply.text(404, "not found");
        }
        try {
            return handler.handle(call);
        } catch (RuntimeException e) {
            log.error("Cannot respond to a request for {}", call.path(), e);
            return HttpReply.text(500, "internal error");
        }
    }

    private void send(HttpCall call, HttpReply reply) throws IOException {
        OutputStream out = new BufferedOutputStream(socket.getOutputStream(), reply.length() == null ? 8192 : 512);
        if (reply.length() != null) {
            // Fits into the buffers of the socket.
            reply.send(call, out);
            return;
        }
        if (reply.isEndless()) {
            reply.send(call, new LimitedOutput(out));
        } else {
            limited(() -> reply.send(call, out));
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    /** Closes the connection if the client does not receive quickly enough what is written. */
    private void limited(Write write) throws IOException {
        Thread limit = Thread.startVirtualThread(this::closeAfterTimeout);
        try {
            write.run();
        } finally {
            limit.interrupt();
        }
    }

    /** Limits the duration of each write, but not the time between them. */
    private final class LimitedOutput extends FilterOutputStream {
        LimitedOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            limited(() -> out.write(bytes, offset, count));
        }

        @Override
        public void flush() throws IOException {
            limited(out::flush);
        }
    }

    private void closeAfterTimeout() {
        try {
            Thread.sleep(RESPONSE_TIMEOUT);
            socket.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.debug("Cannot close a connection: {}", e.getMessage());
        }
    }

    /** Receives the head of a request; returns the position of its end, or -1 if it does not arrive in time. */
    private int receiveHead(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        int checked = 0;
        while (true) {
            for (int i = checked; i + 3 < length; i++) {
                if (received[i] == '\r'
                        && received[i + 1] == '\n'
                        && received[i + 2] == '\r'
                        && received[i + 3] == '\n') {
                    return i;
                }
            }
            checked = Math.max(0, length - 3);
            Duration remaining = Duration.ofNanos(deadline - System.nanoTime());
            if (!remaining.isPositive() || length == MAX_HEAD || !receive(remaining)) {
                return -1;
            }
        }
    }

    /** Waits for data; returns false if none arrives. */
    private boolean receive(Duration timeout) throws IOException {
        if (length == received.length) {
            received = Arrays.copyOf(received, Math.min(2 * length, MAX_HEAD));
        }
        socket.setSoTimeout((int) Math.max(1, timeout.toMillis()));
        try {
            InputStream in = socket.getInputStream();
            int count = in.read(received, length, received.length - length);
            length += Math.max(count, 0);
            return count > 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private void consume(int count) {
        length -= count;
        System.arraycopy(received, count, received, 0, length);
    }
}
