package io.github.arc4j.bench.controller;

import io.github.arc4j.bench.Benchmark;
import java.time.Duration;
import java.util.List;

/**
 * Scales one scale set from zero to many runners, all of which end at the same moment, without a listener. Reports the
 * resources used by the controller's process.
 */
public final class ControllerBenchmark implements Benchmark {
    private static final int RUNNERS = 1000;
    private static final int LATENCY_MS = 150;
    private static final int WARM_UP = 50;

    @Override
    public String name() {
        return "controller";
    }

    @Override
    public String description() {
        return "[RUNNERS [LATENCY_MS [JVM OPTION...]]] the controller alone; %d runners and %d ms GitHub latency by default"
                .formatted(RUNNERS, LATENCY_MS);
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        int runners = arguments.isEmpty() ? RUNNERS : Integer.parseInt(arguments.get(0));
        int latency = arguments.size() < 2 ? LATENCY_MS : Integer.parseInt(arguments.get(1));
        List<String> jvm = arguments.size() < 3 ? List.of() : arguments.subList(2, arguments.size());
        System.out.printf("%d runners, %d ms GitHub latency, JVM options %s%n", runners, latency, jvm);
        try (World world = World.start(Duration.ofMillis(latency));
                ControllerProcess controller = ControllerProcess.startOnJdk(world.kubeconfig(), jvm)) {
            world.createScaleSet();
            Burst.run(world, controller, WARM_UP);
            Burst measured = Burst.run(world, controller, runners);
            System.out.println(measured.report());
        }
    }
}
