package io.github.arc4j.bench;

import java.util.List;

/** Something to measure. */
public interface Benchmark {
    /** What it is called on the command line. */
    String name();

    /** What it measures, in a line. */
    String description();

    /** Measures and prints the result. */
    void run(List<String> arguments) throws Exception;
}
