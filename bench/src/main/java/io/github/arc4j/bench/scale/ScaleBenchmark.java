package io.github.arc4j.bench.scale;

import io.github.arc4j.bench.Benchmark;
import io.github.arc4j.bench.ImageProcess;
import io.github.arc4j.bench.controller.ControllerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The costs of many scale sets and runners in the whole system, with shared listeners. */
public final class ScaleBenchmark implements Benchmark {
    private static final int SCALE_SETS = 1000;
    private static final int RUNNERS = 10_000;
    private static final Duration REST = Duration.ofSeconds(10);
    private static final double MEBI = 1 << 20;

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String description() {
        return "[SCALE_SETS [RUNNERS]] controller and shared listeners, whole life; %d scale sets and %d runners by default"
                .formatted(SCALE_SETS, RUNNERS);
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        int scaleSets = arguments.isEmpty() ? SCALE_SETS : Integer.parseInt(arguments.get(0));
        int runners = arguments.size() < 2 ? RUNNERS : Integer.parseInt(arguments.get(1));
        try (Fleet fleet = new Fleet(scaleSets)) {
            fleet.startListeners();
            System.out.printf(
                    "%d scale sets, %d runners, %d shared listeners, %s%n",
                    scaleSets,
                    runners,
                    fleet.listenerProcesses(),
                    ImageProcess.usesImage(ControllerProcess.LAUNCHER)
                            ? "runtime and archive of the image"
                            : "no start-up archive");
            System.out.printf(
                    "%-52s %9s %11s %11s %8s %8s   %s%n",
                    "",
                    "time",
                    "controller",
                    "listeners",
                    "API",
                    "GitHub",
                    "per scale set or runner: CPU, CPU, API, GitHub");
            grow(fleet, scaleSets, runners);
            shrink(fleet, scaleSets, runners);
        }
    }

    private static void grow(Fleet fleet, int scaleSets, int runners) throws Exception {
        try (ControllerProcess controller = fleet.startController()) {
            memory("no scale sets yet", fleet, controller);
            Phase create = Phase.begin(fleet, controller, "scale sets created, until all listen");
            fleet.createScaleSets();
            create.await(() -> fleet.sessions() == scaleSets, scaleSets);
            Phase.begin(fleet, controller, "rest with scale sets").rest(REST, scaleSets);
            memory("scale sets without runners", fleet, controller);
            Phase burst = Phase.begin(fleet, controller, "jobs queued, until all run");
            fleet.queueJobs(runners);
            burst.await(() -> fleet.runningJobs() == runners, runners);
            Phase.begin(fleet, controller, "rest with runners").rest(REST, runners);
            memory("scale sets and runners", fleet, controller);
        }
    }

    /** With another controller and other listeners, which have to read everything first. */
    private static void shrink(Fleet fleet, int scaleSets, int runners) throws Exception {
        long start = System.nanoTime();
        try (ControllerProcess controller = fleet.startController()) {
            System.out.printf(
                    Locale.ROOT,
                    "controller restarted: caches filled after %.1f s, %.2f s of CPU time%n",
                    (System.nanoTime() - start) / 1e9,
                    controller.cpu().toNanos() / 1e9);
            Phase.begin(fleet, controller, "after the restart, until it is idle")
                    .await(() -> true, runners);
            memory("after the restart", fleet, controller);
            fleet.stopListeners();
            fleet.startListeners();
            Phase.begin(fleet, controller, "listeners restarted, until all listen")
                    .await(() -> fleet.sessions() == scaleSets, scaleSets);
            Phase end = Phase.begin(fleet, controller, "jobs canceled, until all runners are deleted");
            fleet.cancelJobs();
            end.await(() -> fleet.count("ephemeralrunners") == 0, runners);
            Phase delete = Phase.begin(fleet, controller, "scale sets deleted");
            fleet.deleteScaleSets();
            delete.await(() -> fleet.count("autoscalingrunnersets") == 0, scaleSets);
            memory("everything deleted", fleet, controller);
        }
    }

    private static void memory(String when, Fleet fleet, ControllerProcess controller)
            throws IOException, InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "  memory, %s: controller %.1f MiB RSS, %.1f MiB peak, %.2f MiB of live heap; listeners %.1f MiB RSS%n",
                when,
                controller.memory() / MEBI,
                controller.peakMemory() / MEBI,
                controller.liveHeap() / MEBI,
                fleet.listenerMemory() / MEBI);
    }
}
