package io.github.arc4j.bench.listeners;

import io.github.arc4j.bench.ImageProcess;
import io.github.arc4j.process.ListenerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process with the listener of one scale set, which is ready.
 *
 * @param untilReady time until it was ready
 */
record ListenerProcess(ImageProcess process, Duration untilReady) implements AutoCloseable {
    static final String LAUNCHER = "ghalistener";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    /** Starts the process and waits until it is ready. */
    static ListenerProcess start(Surroundings surroundings, ListenerConfig config)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("bench-listener");
        Path file = Files.write(directory.resolve("config.json"), config.toJson());
        Path log = directory.resolve("log");
        int port = freePort();
        Map<String, String> environment = new HashMap<>(surroundings.environment());
        environment.put("LISTENER_CONFIG_PATH", file.toString());
        environment.put("LISTENER_HEALTH_ADDR", "127.0.0.1:" + port);
        long start = System.nanoTime();
        ImageProcess process = ImageProcess.start(LAUNCHER, environment, log, List.of());
        awaitReady(process, port, log);
        return new ListenerProcess(process, Duration.ofNanos(System.nanoTime() - start));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Uses a single connection, because the listener keeps the buffers of each connection for a few seconds. */
    private static void awaitReady(ImageProcess process, int port, Path log) throws IOException, InterruptedException {
        HttpRequest probe = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                .timeout(START_TIMEOUT)
                .build();
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!isReady(http, probe)) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    process.close();
                    throw new IOException("the listener does not become ready; see " + log);
                }
                Thread.sleep(5);
            }
        }
    }

    private static boolean isReady(HttpClient http, HttpRequest probe) throws InterruptedException {
        try {
            return http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
