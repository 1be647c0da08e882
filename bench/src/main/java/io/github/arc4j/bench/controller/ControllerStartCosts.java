package io.github.arc4j.bench.controller;

import io.github.arc4j.bench.guard.CostGroup;
import io.github.arc4j.bench.guard.JvmStart;
import io.github.arc4j.bench.guard.Starts;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The cost of a start of the controller until it is ready, and its memory then. */
public final class ControllerStartCosts implements CostGroup {
    private static final double MEBI = 1 << 20;

    @Override
    public String name() {
        return "controller-start:";
    }

    @Override
    public boolean needsImage() {
        return true;
    }

    @Override
    public boolean toleratesLoad() {
        return true; // In the short form, only memory is compared.
    }

    @Override
    public Map<String, Double> measure(boolean isShort) throws Exception {
        try (World world = World.start(Duration.ZERO)) {
            return Starts.medians(isShort, number -> start(world));
        }
    }

    private Map<String, Double> start(World world) throws Exception {
        JvmStart calibration = JvmStart.run();
        long begin = System.nanoTime();
        try (ControllerProcess controller = ControllerProcess.start(world.kubeconfig(), List.of())) {
            double elapsed = (System.nanoTime() - begin) / 1e9;
            double cpu = controller.cpu().toNanos() / 1e9;
            return Map.of(
                    name() + " time until ready / JVM start", elapsed / calibration.elapsed(),
                    name() + " CPU time until ready / JVM start", cpu / calibration.cpu(),
                    name() + " MiB of RSS", controller.memory() / MEBI);
        }
    }
}
