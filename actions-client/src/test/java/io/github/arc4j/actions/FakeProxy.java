package io.github.arc4j.actions;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A proxy that sends everything to one port, whatever host was asked for, and may want a password. */
final class FakeProxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FakeProxy.class);
    private static final int BUFFER = 8192;

    private final ServerSocket server;
    private final int target;
    private final String credentials;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();

    /**
     * Starts the proxy.
     *
     * @param credentials {@code user:password}, empty for an open proxy
     */
    FakeProxy(int target, String credentials) {
        this(target, credentials, ServerSocketFactory.getDefault());
    }

    /**
     * Starts the proxy.
     *
     * @param factory of plain sockets, or those of TLS
     */
    FakeProxy(int target, String credentials, ServerSocketFactory factory) {
        this.target = target;
        this.credentials = credentials;
        try {
            server = factory.createServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(() -> {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                start(() -> serve(client));
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    /** The request lines that came in. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Connections that neither end has closed. */
    long openConnections() {
        return sockets.stream().filter(socket -> !socket.isClosed()).count();
    }

    /** Loses from now on what is sent over the connections that there are, which stay open: as a firewall may do. */
    void forgetConnections() {
        forgotten.addAll(sockets);
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream();
        while (true) {
            String head = head(in);
            if (head.isEmpty()) {
                client.close();
                return;
            }
            String line = head.lines().findFirst().orElseThrow();
            requests.add(line);
            if (!isAllowed(head)) {
                out.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                continue;
            }
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(upstream);
            if (line.startsWith("CONNECT ")) {
                out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } else {
                upstream.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            }
            start(() -> {
                pass(client, upstream);
                upstream.close();
            });
            try (client) {
                pass(upstream, client);
            }
            return;
        }
    }

    private void pass(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        InputStream in = from.getInputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            if (!forgotten.contains(from)) {
                to.getOutputStream().write(buffer, 0, read);
            }
        }
    }

    /** A task that ends, without a fuss, when its socket is closed. */
    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread.ofVirtual().start(() -> {
            try {
                task.run();
            } catch (IOException e) {
                log.debug("ended: {}", e.getMessage());
            }
        });
    }

    private boolean isAllowed(String head) {
        String basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return credentials.isEmpty()
                || head.lines().anyMatch(line -> line.equalsIgnoreCase("Proxy-Authorization: Basic " + basic));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
