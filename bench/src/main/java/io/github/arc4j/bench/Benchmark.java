package io.github.arc4j.bench;

import java.util.List;

/** A benchmark. */
public interface Benchmark {
    /** Name on the command line. */
    String name();

    /** One-line description of what is measured. */
    String description();

    /** Runs the benchmark and prints the result. */
    void run(List<String> arguments) throws Exception;
}
