package io.github.arc4j.bench.controller;

import io.github.arc4j.bench.guard.Calibration;
import io.github.arc4j.bench.guard.CostGroup;
import io.github.arc4j.bench.guard.Medians;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a runner costs the controller. */
public final class ControllerCosts implements CostGroup {
    private static final Duration LATENCY = Duration.ofMillis(150);
    private static final int WARM_UP = 200;
    private static final int RUNNERS = 300;
    private static final int BURSTS = 3;
    private static final int BURSTS_OF_SHORT_FORM = 2;
    private static final int KIBI = 1024;

    @Override
    public String name() {
        return "controller:";
    }

    @Override
    public boolean needsImage() {
        return false;
    }

    @Override
    public boolean toleratesLoad() {
        return true;
    }

    @Override
    public Map<String, Double> measure(boolean isShort) throws Exception {
        try (World world = World.start(LATENCY);
                ControllerProcess controller = ControllerProcess.startOnJdk(world.kubeconfig(), List.of())) {
            world.createScaleSet();
            Burst.run(world, controller, WARM_UP);
            List<Map<String, Double>> bursts = new ArrayList<>();
            for (int i = 0; i < (isShort ? BURSTS_OF_SHORT_FORM : BURSTS); i++) {
                bursts.add(burst(world, controller));
            }
            return Medians.of(bursts);
        }
    }

    private Map<String, Double> burst(World world, ControllerProcess controller) throws Exception {
        long allocated = controller.allocated();
        Burst burst;
        double calibrated;
        try (Calibration calibration = Calibration.start()) {
            burst = Burst.run(world, controller, RUNNERS);
            calibrated = calibration.end();
        }
        allocated = controller.allocated() - allocated;
        return Map.of(
                name() + " API requests per runner", burst.apiRequestsPerRunner(),
                name() + " GitHub requests per runner", burst.gitHubRequestsPerRunner(),
                name() + " allocated KiB per runner", allocated / (double) RUNNERS / KIBI,
                name() + " KiB of heap per running runner", burst.heapPerRunner() / KIBI,
                name() + " CPU time per runner / calibration", burst.cpuPerRunner() / calibrated);
    }
}
