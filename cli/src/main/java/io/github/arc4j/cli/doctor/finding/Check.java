package io.github.arc4j.cli.doctor.finding;

import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.List;

/** Checks one aspect of an installation. */
@FunctionalInterface
public interface Check {
    /** What is wrong, the cause before its effects; nothing if all is well. */
    List<Finding> find(Snapshot snapshot);
}
