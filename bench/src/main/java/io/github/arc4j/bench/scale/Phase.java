package io.github.arc4j.bench.scale;

import io.github.arc4j.bench.controller.ControllerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What a change of the fleet costs, from the change until the system is idle again. */
final class Phase {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final int QUIET_ATTEMPTS = 10;
    private static final double LEAST_SHOWN = 0.1;

    private final Fleet fleet;
    private final ControllerProcess controller;
    private final String name;
    private final long start = System.nanoTime();
    private final Duration controllerCpu;
    private final Duration listenerCpu;
    private final long apiRequests;
    private final Map<String, Long> requestCounts;
    private final long gitHubRequests;

    private Phase(Fleet fleet, ControllerProcess controller, String name) {
        this.fleet = fleet;
        this.controller = controller;
        this.name = name;
        controllerCpu = controller.cpu();
        listenerCpu = fleet.listenerCpu();
        apiRequests = fleet.apiRequests();
        requestCounts = fleet.requestCounts();
        gitHubRequests = fleet.gitHubRequests();
    }

    static Phase begin(Fleet fleet, ControllerProcess controller, String name) {
        return new Phase(fleet, controller, name);
    }

    /** Waits until the change has taken effect and no requests follow, and prints the costs per object. */
    void await(BooleanSupplier effect, int objects) throws IOException, InterruptedException {
        long deadline = start + TIMEOUT.toNanos();
        while (!effect.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(name + ": timeout");
            }
            Thread.sleep(20);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        awaitQuiet();
        print(seconds, objects);
    }

    /** Gives up after some time, because many listeners always send a request now and then. */
    private void awaitQuiet() throws InterruptedException {
        long before = -1;
        for (int i = 0; i < QUIET_ATTEMPTS && before != fleet.apiRequests(); i++) {
            before = fleet.apiRequests();
            Thread.sleep(QUIET);
        }
    }

    /** Waits, and prints the costs per object. */
    void rest(Duration time, int objects) throws InterruptedException {
        Thread.sleep(time);
        print(time.toMillis() / 1e3, objects);
    }

    private void print(double seconds, int objects) {
        System.out.printf(
                Locale.ROOT,
                "%-52s %7.1f s %9.2f s %9.2f s %8d %8d   %7.3f ms %7.3f ms %6.2f %6.2f%n",
                name,
                seconds,
                cpu(controller.cpu().minus(controllerCpu)),
                cpu(fleet.listenerCpu().minus(listenerCpu)),
                fleet.apiRequests() - apiRequests,
                fleet.gitHubRequests() - gitHubRequests,
                cpu(controller.cpu().minus(controllerCpu)) * 1000 / objects,
                cpu(fleet.listenerCpu().minus(listenerCpu)) * 1000 / objects,
                (fleet.apiRequests() - apiRequests) / (double) objects,
                (fleet.gitHubRequests() - gitHubRequests) / (double) objects);
        fleet.requestCounts().forEach((request, count) -> {
            double perObject = (count - requestCounts.getOrDefault(request, 0L)) / (double) objects;
            if (perObject >= LEAST_SHOWN) {
                System.out.printf(Locale.ROOT, "  %6.2f %s%n", perObject, request);
            }
        });
    }

    private static double cpu(Duration time) {
        return time.toNanos() / 1e9;
    }
}
