package io.github.arc4j.cli.doctor.finding;

import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.List;

/** Checks one aspect of an installation. */
public interface Check {
    /** Name of the aspect. */
    String name();

    /** What is wrong, the cause before its effects; nothing if all is well. */
    List<Finding> find(Snapshot snapshot);
}
