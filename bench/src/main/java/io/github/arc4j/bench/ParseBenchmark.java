package io.github.arc4j.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Compares the time to parse a message of 50 jobs with other parse times. */
final class ParseBenchmark implements Benchmark {
    @Override
    public String name() {
        return "parse";
    }

    @Override
    public String description() {
        return "parsing a message of 50 jobs, compared with a plain JSON tree and a message of one job";
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        Map<String, Double> microseconds = new Runner(new OptionsBuilder()
                        .include(MessageParsing.class.getName())
                        .verbosity(VerboseMode.SILENT)
                        .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow")
                        .forks(2)
                        .warmupIterations(4)
                        .warmupTime(TimeValue.milliseconds(500))
                        .measurementIterations(4)
                        .measurementTime(TimeValue.milliseconds(500))
                        .build())
                .run().stream().collect(Collectors.toMap(ParseBenchmark::label, ParseBenchmark::score));
        double typed = microseconds.getOrDefault("typed 50", Double.NaN);
        double one = microseconds.getOrDefault("typed 1", Double.NaN);
        double tree = microseconds.getOrDefault("tree 50", Double.NaN);
        System.out.printf("message of 50 jobs, %d KiB: %.0f µs%n", MessageParsing.message(50).length >> 10, typed);
        System.out.printf("  relative to plain JSON trees       %5.2f times as long%n", typed / tree);
        System.out.printf(
                "  relative to a message of one job   %5.1f times as long for 50 times as many jobs%n", typed / one);
    }

    private static String label(RunResult result) {
        String benchmark = result.getParams().getBenchmark();
        return benchmark.substring(benchmark.lastIndexOf('.') + 1) + " "
                + result.getParams().getParam("jobs");
    }

    private static double score(RunResult result) {
        return result.getPrimaryResult().getScore();
    }
}
