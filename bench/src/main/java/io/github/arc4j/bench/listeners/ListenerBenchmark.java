package io.github.arc4j.bench.listeners;

import io.github.arc4j.bench.Benchmark;
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

/** The resource usage of a listener process for one scale set. */
public final class ListenerBenchmark implements Benchmark {
    private static final String LAUNCHER = "ghalistener";
    private static final int DEFAULT_SECONDS = 600;
    private static final int DEFAULT_JOBS = 1000;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SETTLING = Duration.ofMinutes(2);
    private static final double MEBI = 1 << 20;

    @Override
    public String name() {
        return "listener";
    }

    @Override
    public String description() {
        return "a listener of one scale set: time until ready, memory when idle and after jobs: listener [SECONDS"
                + " [JOBS]]";
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        int seconds = arguments.isEmpty() ? DEFAULT_SECONDS : Integer.parseInt(arguments.getFirst());
        int jobs = arguments.size() < 2 ? DEFAULT_JOBS : Integer.parseInt(arguments.get(1));
        Path directory = Files.createTempDirectory("bench-listener");
        Certificate certificate = Certificate.create(directory);
        try (Surroundings surroundings = new Surroundings(certificate)) {
            var config = surroundings.add("set");
            Path file = Files.write(directory.resolve("config.json"), config.toJson());
            int port = freePort();
            Map<String, String> environment = new HashMap<>(surroundings.environment(directory));
            environment.put("LISTENER_CONFIG_PATH", file.toString());
            environment.put("LISTENER_HEALTH_ADDR", "127.0.0.1:" + port);
            long start = System.nanoTime();
            try (ImageProcess process = ImageProcess.start(LAUNCHER, environment, directory.resolve("log"))) {
                awaitReady(process, port, directory.resolve("log"));
                System.out.printf(
                        "process %d, %s: ready after %.2f s, %.2f s of CPU time%n",
                        process.pid(),
                        ImageProcess.usesImage(LAUNCHER) ? "runtime and archive of the image" : "no start-up archive",
                        (System.nanoTime() - start) / 1e9,
                        process.cpu().toNanos() / 1e9);
                Thread.sleep(Duration.ofSeconds(seconds));
                print("idle for " + seconds + " s", process);
                if (jobs > 0) {
                    surroundings.passJobs(config, jobs);
                    print("after " + jobs + " jobs", process);
                    Thread.sleep(SETTLING);
                    print("idle again for " + SETTLING.toSeconds() + " s", process);
                }
                System.out.printf(
                        "%.2f s of CPU time, exited after %.2f s%n",
                        process.cpu().toNanos() / 1e9, process.stop().toNanos() / 1e9);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Uses a single connection, because the listener keeps the buffers of each connection for some seconds. */
    private static void awaitReady(ImageProcess process, int port, Path log) throws IOException, InterruptedException {
        HttpRequest probe = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                .timeout(START_TIMEOUT)
                .build();
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!isReady(http, probe)) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
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

    private static void print(String when, ImageProcess process) throws IOException {
        MemoryMap memory = process.memory();
        System.out.printf(
                "%s: RSS %.1f MiB (%.1f anonymous, %.1f files), peak %.1f, %d OS threads%n",
                when,
                process.status("VmRSS") / MEBI,
                process.status("RssAnon") / MEBI,
                process.status("RssFile") / MEBI,
                process.status("VmHWM") / MEBI,
                process.status("Threads"));
        System.out.printf(
                "  archive %.1f MiB clean, %.1f MiB modified; libjvm.so %.1f, %.1f%n",
                memory.clean(".aot") / MEBI,
                memory.written(".aot") / MEBI,
                memory.clean("libjvm.so") / MEBI,
                memory.written("libjvm.so") / MEBI);
    }
}
