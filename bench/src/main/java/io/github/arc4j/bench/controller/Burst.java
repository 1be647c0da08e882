package io.github.arc4j.bench.controller;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** A burst: all runners are requested at once, and then end at once. */
final class Burst {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final World world;
    private final ControllerProcess controller;
    private final int runners;
    private Duration up = Duration.ZERO;
    private Duration down = Duration.ZERO;
    private Duration cpu = Duration.ZERO;
    private long heapBefore;
    private long heapFull;
    private long peakMemory;
    private long gitHubRequests;
    private Map<String, Long> requests = Map.of();
    private final Map<String, Double> metrics = new TreeMap<>();

    private Burst(World world, ControllerProcess controller, int runners) {
        this.world = world;
        this.controller = controller;
        this.runners = runners;
    }

    static Burst run(World world, ControllerProcess controller, int runners) throws Exception {
        Burst burst = new Burst(world, controller, runners);
        burst.run();
        return burst;
    }

    private void run() throws Exception {
        heapBefore = controller.liveHeap();
        Map<String, Double> metricsBefore = controller.reconciles();
        Duration cpuBefore = controller.cpu();
        long gitHubRequestsBefore = world.gitHubRequests();
        world.resetRequests();
        up = timed(() -> {
            world.requestRunners(runners);
            world.awaitRunning(runners, TIMEOUT);
        });
        cpu = controller.cpu().minus(cpuBefore);
        heapFull = controller.liveHeap();
        cpuBefore = controller.cpu();
        down = timed(() -> {
            world.endAllPods();
            world.awaitEmpty(TIMEOUT);
        });
        world.requestRunners(0);
        cpu = cpu.plus(controller.cpu().minus(cpuBefore));
        gitHubRequests = world.gitHubRequests() - gitHubRequestsBefore;
        requests = world.requests(ControllerProcess.USER_AGENT);
        peakMemory = controller.peakMemory();
        controller
                .reconciles()
                .forEach((name, value) -> metrics.put(name, value - metricsBefore.getOrDefault(name, 0.0)));
    }

    /** An action whose duration is measured. */
    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    private static Duration timed(Action action) throws Exception {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** The result as readable text. */
    String report() {
        StringBuilder text = new StringBuilder();
        line(text, "time until all run", "%.2f s, %.0f runners/s", seconds(up), runners / seconds(up));
        line(text, "time until all are deleted", "%.2f s, %.0f runners/s", seconds(down), runners / seconds(down));
        line(text, "API requests/runner", "%.2f", apiRequestsPerRunner());
        requests.forEach((request, count) -> line(text, "  " + request, "%.2f", count / (double) runners));
        line(text, "GitHub requests/runner", "%.2f", gitHubRequestsPerRunner());
        line(text, "CPU/runner", "%.2f ms", cpuPerRunner() * 1000);
        line(text, "live heap", "%.1f MiB, with all runners %.1f MiB", mebibytes(heapBefore), mebibytes(heapFull));
        line(text, "heap/runner", "%.1f KiB", heapPerRunner() / 1024);
        line(text, "peak memory (RSS)", "%.0f MiB", mebibytes(peakMemory));
        for (String name : new String[] {"ephemeralrunner", "ephemeralrunnerset"}) {
            double reconciles = metrics.getOrDefault(name + ControllerProcess.COUNT, 0.0);
            double time = metrics.getOrDefault(name + ControllerProcess.SUM, 0.0);
            line(
                    text,
                    "reconciles of " + name,
                    "%.2f per runner, %.2f ms each",
                    reconciles / runners,
                    reconciles == 0 ? 0 : time * 1000 / reconciles);
        }
        return text.toString();
    }

    double apiRequestsPerRunner() {
        return requests.values().stream().mapToLong(Long::longValue).sum() / (double) runners;
    }

    double gitHubRequestsPerRunner() {
        return gitHubRequests / (double) runners;
    }

    /** CPU time of the controller in seconds. */
    double cpuPerRunner() {
        return seconds(cpu) / runners;
    }

    /** Bytes that the controller keeps for a running runner. */
    double heapPerRunner() {
        return (heapFull - heapBefore) / (double) runners;
    }

    private static void line(StringBuilder text, String name, String format, Object... values) {
        text.append("%-36s ".formatted(name)).append(format.formatted(values)).append('\n');
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static double mebibytes(long bytes) {
        return bytes / 1024.0 / 1024.0;
    }
}
