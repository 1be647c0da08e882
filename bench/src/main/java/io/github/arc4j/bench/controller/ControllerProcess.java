package io.github.arc4j.bench.controller;

import io.github.arc4j.bench.Launcher;
import io.github.arc4j.controller.ControllerMain;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The measured process, with its own main class and the JVM options of the image. */
final class ControllerProcess implements AutoCloseable {
    static final String USER_AGENT = "gha-runner-scale-set-controller";
    /** Suffix of a controller's name in {@link #reconciles} for the number of reconciles. */
    static final String COUNT = "_count";
    /** Suffix of a controller's name in {@link #reconciles} for their total time in seconds. */
    static final String SUM = "_sum";

    private static final Pattern RECONCILES = Pattern.compile(
            "^controller_runtime_reconcile_time_seconds(_count|_sum)\\{controller=\"([a-z]+)\",?} (\\S+)$",
            Pattern.MULTILINE);
    private static final Pattern HEAP =
            Pattern.compile("^jvm_memory_bytes_used\\{area=\"heap\",?} (\\S+)$", Pattern.MULTILINE);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final Process process;
    private final Path directory;
    private final URI metrics;
    private final HttpClient http = HttpClient.newHttpClient();

    private ControllerProcess(Process process, Path directory, URI metrics) {
        this.process = process;
        this.directory = directory;
        this.metrics = metrics;
    }

    /**
     * Starts the process and waits until it responds. Its output is written to a file, which is reported if the process
     * exits early.
     */
    static ControllerProcess start(URI apiServer, List<String> jvm) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("bench-controller");
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: bench
                contexts: [{name: bench, context: {cluster: bench, user: bench}}]
                clusters: [{name: bench, cluster: {server: "%s"}}]
                users: [{name: bench, user: {token: any}}]
                """.formatted(apiServer));
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(Launcher.ofSources("manager").optionsWithoutArchive());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ControllerMain.class.getName()));
        command.addAll(List.of(
                "--auto-scaling-runner-set-only",
                "--kubeconfig=" + kubeconfig,
                "--log-level=info",
                "--metrics-addr=127.0.0.1:" + port));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        builder.environment().put("CONTROLLER_MANAGER_POD_NAMESPACE", World.CONTROLLER_NAMESPACE);
        builder.environment().put("CONTROLLER_MANAGER_CONTAINER_IMAGE", "controller:bench");
        ControllerProcess started =
                new ControllerProcess(builder.start(), directory, URI.create("http://127.0.0.1:" + port + "/metrics"));
        started.awaitResponse();
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitResponse() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                scrape();
                return;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new IOException("the controller did not start:\n" + Files.readString(directory.resolve("log")));
    }

    private String scrape() throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Number and total time of the reconciles so far, by controller and suffix. */
    Map<String, Double> reconciles() throws IOException, InterruptedException {
        Map<String, Double> found = new TreeMap<>();
        Matcher matcher = RECONCILES.matcher(scrape());
        while (matcher.find()) {
            found.put(matcher.group(2) + matcher.group(1), Double.valueOf(matcher.group(3)));
        }
        return found;
    }

    /** CPU time of all threads so far, with a resolution of 10 ms. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Bytes of the heap in use after a garbage collection. */
    long liveHeap() throws IOException, InterruptedException {
        Process collection = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/jcmd", Long.toString(process.pid()), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (collection.waitFor() != 0) {
            throw new IOException("jcmd failed");
        }
        Matcher matcher = HEAP.matcher(scrape());
        if (!matcher.find()) {
            throw new IOException("the metrics do not contain the heap");
        }
        return (long) Double.parseDouble(matcher.group(1));
    }

    /** The peak memory of the process in bytes; requires Linux. */
    long peakMemory() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        http.close();
        for (String file : List.of("log", "kubeconfig")) {
            Files.deleteIfExists(directory.resolve(file));
        }
        Files.deleteIfExists(directory);
    }
}
