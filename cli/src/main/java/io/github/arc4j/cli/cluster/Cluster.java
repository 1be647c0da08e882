package io.github.arc4j.cli.cluster;

import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.function.Consumer;

/** A cluster, which is only read. */
public interface Cluster extends AutoCloseable {
    /** What a snapshot contains. */
    enum Scope {
        /** Scale sets, listeners, runners, their pods, Events and quotas. */
        SCALE_SETS,
        /** Also Secrets, permissions, CustomResourceDefinitions and Leases. */
        INSTALLATION
    }

    /**
     * Reads all objects once.
     *
     * @throws NoAccessException if the cluster cannot be reached, or if not even scale sets can be read
     */
    Snapshot read(Scope scope);

    /**
     * Reads a container's log, line by line.
     *
     * @param tail only the last lines; negative for all
     * @param follow whether to continue until the container ends
     * @throws NoAccessException if the log cannot be read
     */
    void log(String namespace, String pod, String container, int tail, boolean follow, Consumer<String> line);

    @Override
    void close();
}
