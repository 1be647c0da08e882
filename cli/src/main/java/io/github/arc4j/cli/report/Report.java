package io.github.arc4j.cli.report;

import java.time.Instant;
import java.util.List;

/** A result for people and for programs: JSON and YAML contain the components of the record. */
public interface Report {
    /**
     * Lines for people.
     *
     * @param now ages are relative to this time
     */
    List<String> text(Instant now);

    /** Whether something requires action: the exit code is then 1. */
    boolean hasProblem();
}
