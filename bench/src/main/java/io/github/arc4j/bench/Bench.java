package io.github.arc4j.bench;

import io.github.arc4j.bench.controller.ControllerBenchmark;
import io.github.arc4j.bench.controller.ControllerCosts;
import io.github.arc4j.bench.controller.ControllerStartCosts;
import io.github.arc4j.bench.guard.GuardBenchmark;
import io.github.arc4j.bench.listeners.ListenerBenchmark;
import io.github.arc4j.bench.listeners.ListenerCosts;
import io.github.arc4j.bench.listeners.ListenerStartCosts;
import io.github.arc4j.bench.listeners.ListenersBenchmark;
import io.github.arc4j.bench.scale.ScaleBenchmark;
import java.util.List;

/** Runs a benchmark by name. */
public final class Bench {
    private static final List<Benchmark> ALL = List.of(
            new ParseBenchmark(),
            new JitBenchmark(),
            new ControllerBenchmark(),
            new ListenerBenchmark(),
            new ListenersBenchmark(),
            new ScaleBenchmark(),
            new GuardBenchmark(
                    List.of(
                            new ControllerCosts(),
                            new ListenerCosts(),
                            new ControllerStartCosts(),
                            new ListenerStartCosts()),
                    group -> !group.needsImage() || ImageProcess.imageExists()));

    private Bench() {}

    /**
     * Runs a benchmark.
     *
     * @param arguments name of the benchmark and its arguments; without arguments, all benchmarks are listed
     */
    public static void main(String[] arguments) throws Exception {
        String name = arguments.length == 0 ? "" : arguments[0];
        for (Benchmark benchmark : ALL) {
            if (benchmark.name().equals(name)) {
                benchmark.run(List.of(arguments).subList(1, arguments.length));
                return;
            }
        }
        System.err.println("hack/bench NAME [ARGUMENTS], where NAME is");
        ALL.forEach(known -> System.err.printf("  %-12s %s%n", known.name(), known.description()));
        System.exit(name.isEmpty() ? 0 : 2);
    }
}
