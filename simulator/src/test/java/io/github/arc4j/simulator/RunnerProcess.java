package io.github.arc4j.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;

/** A runner that makes the runner call over its own socket; closing it simulates a lost runner. */
final class RunnerProcess implements AutoCloseable {
    private static final int HEARTBEATS = 6; // more than two, because chunks end with empty lines, too

    final List<String> lines = new CopyOnWriteArrayList<>();
    private final LongAdder heartbeats = new LongAdder();
    private final Socket socket;
    private final Thread reader;

    RunnerProcess(GitHubSimulator simulator, String jitConfig) throws IOException {
        socket = new Socket("127.0.0.1", simulator.port());
        String request = "POST /sim/runner HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                + jitConfig.length() + "\r\n\r\n" + jitConfig;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        reader = Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines().forEach(this::read);
        } catch (IOException | java.io.UncheckedIOException e) {
            // Closed by the test.
        }
    }

    private void read(String line) {
        if (line.matches("(runner |job |exit=).*")) {
            lines.add(line);
        } else if (line.isEmpty()) {
            heartbeats.increment();
        }
    }

    /** Waits until the process is still alive after some heartbeats from now on. */
    void awaitSignsOfLife() {
        long before = heartbeats.sum();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> heartbeats.sum() >= before + HEARTBEATS);
        if (sees("exit=")) {
            throw new AssertionError("the process has ended: " + lines);
        }
    }

    /** Waits for the end of the call, and returns its last line. */
    String exit() throws InterruptedException {
        reader.join(20_000);
        return lines.get(lines.size() - 1);
    }

    boolean sees(String text) {
        return lines.stream().anyMatch(line -> line.contains(text));
    }

    @Override
    public void close() throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
