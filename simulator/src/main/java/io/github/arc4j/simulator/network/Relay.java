package io.github.arc4j.simulator.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A relay to a server on the same machine, whose connections misbehave on demand. It either forwards bytes unchanged,
 * or is a {@code CONNECT} proxy whose tunnels all lead to that server, regardless of the requested host.
 */
public final class Relay implements AutoCloseable {
    private static final String DENIED = "HTTP/1.1 407 Proxy Authentication Required\r\n"
            + "Proxy-Authenticate: Basic realm=\"relay\"\r\nContent-Length: 0\r\n\r\n";

    private final ServerSocket server;
    private final int target;
    private final @Nullable String credentials;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final List<String> tunnels = new CopyOnWriteArrayList<>();
    private final List<String> denied = new CopyOnWriteArrayList<>();
    private volatile Duration delay = Duration.ZERO;

    private Relay(InetAddress address, int target, @Nullable String credentials) throws IOException {
        this.target = target;
        this.credentials = credentials;
        this.server = new ServerSocket(0, 1024, address);
        start(this::accept);
    }

    /**
     * Starts a relay to a port of the loopback address.
     *
     * @param port port of the server
     * @return the relay
     * @throws IOException if the port cannot be opened
     */
    public static Relay to(int port) throws IOException {
        return to(InetAddress.getLoopbackAddress(), port);
    }

    /**
     * Starts a relay to a port of the loopback address.
     *
     * @param address address to listen on, such as {@code ::1} for IPv6-only clients
     * @param port port of the server
     * @return the relay
     * @throws IOException if the port cannot be opened
     */
    public static Relay to(InetAddress address, int port) throws IOException {
        return new Relay(address, port, null);
    }

    /**
     * Starts a proxy to a port of the loopback address that requires Basic credentials.
     *
     * @param port port of the server
     * @param credentials {@code user:password}
     * @return the proxy
     * @throws IOException if the port cannot be opened
     */
    public static Relay proxy(int port, String credentials) throws IOException {
        return proxy(InetAddress.getLoopbackAddress(), port, credentials);
    }

    /**
     * Starts a proxy to a port of the loopback address that requires Basic credentials.
     *
     * @param address address to listen on
     * @param port port of the server
     * @param credentials {@code user:password}
     * @return the proxy
     * @throws IOException if the port cannot be opened
     */
    public static Relay proxy(InetAddress address, int port, String credentials) throws IOException {
        return new Relay(address, port, credentials);
    }

    /** {@return the port that the relay listens on} */
    public int port() {
        return server.getLocalPort();
    }

    /** {@return {@code host:port} of the tunnels that were opened} */
    public List<String> tunnels() {
        return List.copyOf(tunnels);
    }

    /** {@return {@code host:port} of the tunnels that were rejected with 407} */
    public List<String> denied() {
        return List.copyOf(denied);
    }

    /** Stops forwarding on the current connections, which stay open; later connections work. */
    public void freeze() {
        connections.forEach(connection -> connection.frozen = true);
    }

    /** Resets the current connections. */
    public void reset() {
        connections.forEach(Connection::reset);
    }

    /**
     * Ends the output to the current clients, as if the server had sent its last byte.
     *
     * @throws IOException if a connection is already closed
     */
    public void halfClose() throws IOException {
        for (Connection connection : connections) {
            connection.client.shutdownOutput();
        }
    }

    /**
     * Delays each chunk of data from now on.
     *
     * @param value the delay
     */
    public void delay(Duration value) {
        delay = value;
    }

    @Override
    public void close() throws IOException {
        server.close();
        connections.forEach(Connection::close);
    }

    private void accept() throws IOException {
        while (true) {
            Connection connection = new Connection(server.accept());
            connections.add(connection);
            start(connection::serve);
        }
    }

    private boolean isAllowed(String head) {
        String basic =
                Base64.getEncoder().encodeToString(String.valueOf(credentials).getBytes(StandardCharsets.UTF_8));
        return head.lines().anyMatch(line -> line.equalsIgnoreCase("Proxy-Authorization: Basic " + basic));
    }

    /** A task that ends silently when its socket is closed. */
    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException | InterruptedException e) {
                        // closed
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private final class Connection {
        private final Socket client;
        private volatile @Nullable Socket upstream;
        private volatile boolean frozen;

        Connection(Socket client) {
            this.client = client;
        }

        void serve() throws IOException, InterruptedException {
            try {
                if (credentials != null && !isAdmitted()) {
                    return;
                }
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), target);
                upstream = socket;
                start(() -> forwardResponses(socket));
                forward(client, socket);
            } finally {
                close();
            }
        }

        private void forwardResponses(Socket socket) throws IOException, InterruptedException {
            try {
                forward(socket, client);
            } finally {
                if (!frozen) {
                    close();
                }
            }
        }

        private boolean isAdmitted() throws IOException {
            while (true) {
                String head = head(client.getInputStream());
                if (head.isEmpty()) {
                    return false;
                }
                String host = head.split(" ", 3)[1];
                boolean allowed = isAllowed(head);
                (allowed ? tunnels : denied).add(host);
                client.getOutputStream()
                        .write((allowed ? "HTTP/1.1 200 OK\r\n\r\n" : DENIED).getBytes(StandardCharsets.US_ASCII));
                if (allowed) {
                    return true;
                }
            }
        }

        private void forward(Socket from, Socket to) throws IOException, InterruptedException {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 14];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                Thread.sleep(delay.toMillis());
                if (!frozen) {
                    out.write(buffer, 0, n);
                }
            }
        }

        void reset() {
            try {
                client.setSoLinger(true, 0);
            } catch (IOException e) {
                // already closed
            }
            close();
        }

        void close() {
            connections.remove(this);
            closeQuietly(client);
            Socket socket = upstream;
            if (socket != null) {
                closeQuietly(socket);
            }
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed anyway
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
