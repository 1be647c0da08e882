package io.github.arc4j.bench.controller;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.github.arc4j.bench.ImageProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The measured controller, with its own main class and the JVM options of the image. */
public final class ControllerProcess implements AutoCloseable {
    public static final String USER_AGENT = "gha-runner-scale-set-controller";
    public static final String LAUNCHER = "manager";
    /** Suffix of a controller's name in {@link #reconciles} for the number of reconciles. */
    static final String COUNT = "_count";
    /** Suffix of a controller's name in {@link #reconciles} for their total time in seconds. */
    static final String SUM = "_sum";

    private static final Pattern RECONCILES = Pattern.compile(
            "^controller_runtime_reconcile_time_seconds(_count|_sum)\\{controller=\"([a-z]+)\",?} (\\S+)$",
            Pattern.MULTILINE);
    private static final Pattern HEAP =
            Pattern.compile("^jvm_memory_bytes_used\\{area=\"heap\",?} (\\S+)$", Pattern.MULTILINE);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final ImageProcess process;
    private final Path directory;
    private final URI metrics;
    private final URI ready;
    private final HttpClient http = HttpClient.newHttpClient();

    private ControllerProcess(Path directory, Starter starter) throws IOException {
        this.directory = directory;
        int metricsPort = freePort();
        int healthPort = freePort();
        metrics = URI.create("http://127.0.0.1:" + metricsPort + "/metrics");
        ready = URI.create("http://127.0.0.1:" + healthPort + "/readyz");
        Map<String, String> environment = Map.of(
                "CONTROLLER_MANAGER_POD_NAMESPACE",
                World.CONTROLLER_NAMESPACE,
                "CONTROLLER_MANAGER_CONTAINER_IMAGE",
                "controller:bench");
        process = starter.start(
                environment,
                log(),
                List.of(
                        "--auto-scaling-runner-set-only",
                        "--kubeconfig=" + directory.resolve("kubeconfig"),
                        "--log-level=info",
                        "--metrics-addr=127.0.0.1:" + metricsPort,
                        "--health-probe-bind-address=127.0.0.1:" + healthPort));
    }

    @FunctionalInterface
    private interface Starter {
        ImageProcess start(Map<String, String> environment, Path log, List<String> arguments) throws IOException;
    }

    /** Starts the image's controller if the image was built, and waits until it is ready: its caches are filled. */
    public static ControllerProcess start(String kubeconfig, List<String> flags)
            throws IOException, InterruptedException {
        return start(kubeconfig, (environment, log, arguments) -> {
            List<String> all = new ArrayList<>(arguments);
            all.addAll(flags);
            return ImageProcess.start(LAUNCHER, environment, log, all);
        });
    }

    /** Starts the controller on the benchmark's JDK, and waits until it is ready. */
    static ControllerProcess startOnJdk(String kubeconfig, List<String> jvm) throws IOException, InterruptedException {
        return start(
                kubeconfig,
                (environment, log, arguments) -> ImageProcess.startOnJdk(LAUNCHER, environment, log, jvm, arguments));
    }

    private static ControllerProcess start(String kubeconfig, Starter starter)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("bench-controller");
        Files.writeString(directory.resolve("kubeconfig"), kubeconfig);
        ControllerProcess started = new ControllerProcess(directory, starter);
        started.awaitReady();
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException("the controller did not start:\n" + Files.readString(log()));
            }
            Thread.sleep(5);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get(ready).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private Path log() {
        return directory.resolve("log");
    }

    /** Number and total time of the reconciles so far, by controller and suffix. */
    Map<String, Double> reconciles() throws IOException, InterruptedException {
        Map<String, Double> found = new TreeMap<>();
        Matcher matcher = RECONCILES.matcher(get(metrics).body());
        while (matcher.find()) {
            found.put(matcher.group(2) + matcher.group(1), Double.valueOf(matcher.group(3)));
        }
        return found;
    }

    /** CPU time of all threads so far, with a resolution of 10 ms. */
    public Duration cpu() {
        return process.cpu();
    }

    /** Bytes of the heap in use after a garbage collection. */
    public long liveHeap() throws IOException, InterruptedException {
        process.jcmd("GC.run");
        Matcher matcher = HEAP.matcher(get(metrics).body());
        if (!matcher.find()) {
            throw new IOException("the metrics do not contain the heap");
        }
        return (long) Double.parseDouble(matcher.group(1));
    }

    /**
     * The bytes that all threads have allocated so far. Only if it was started on the JDK: the image's runtime does not
     * contain the management agent.
     */
    @SuppressWarnings("BanJNDI") // the address belongs to a process that this one started
    long allocated() throws IOException {
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(managementAgent()))) {
            return ManagementFactory.newPlatformMXBeanProxy(
                            connector.getMBeanServerConnection(),
                            ManagementFactory.THREAD_MXBEAN_NAME,
                            ThreadMXBean.class)
                    .getTotalThreadAllocatedBytes();
        }
    }

    private String managementAgent() throws IOException {
        try {
            VirtualMachine jvm = VirtualMachine.attach(Long.toString(process.pid()));
            try {
                return jvm.startLocalManagementAgent();
            } finally {
                jvm.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
    }

    /** The memory of the process in bytes; requires Linux. */
    public long memory() throws IOException {
        return process.status("VmRSS");
    }

    /** The peak memory of the process in bytes; requires Linux. */
    public long peakMemory() throws IOException {
        return process.status("VmHWM");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.stop();
        http.close();
        Files.deleteIfExists(log());
        Files.deleteIfExists(directory.resolve("kubeconfig"));
        Files.deleteIfExists(directory);
    }
}
