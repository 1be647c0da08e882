package io.github.arc4j.runtime.queue;

import java.time.Duration;

/** Callbacks of a {@link WorkQueue}. Called under its lock, so they must return quickly. */
public interface QueueMetrics {

    QueueMetrics NONE = new QueueMetrics() {};

    /** A key started to wait for a worker. */
    default void added() {}

    /** A key was added with a delay. */
    default void retried() {}

    /** The number of keys that wait for a worker changed. */
    default void depth(Priority priority, int change) {}

    /** A key was taken after waiting for a worker for this time. */
    default void waited(Duration time) {}

    /** The reconcile of a key ended after this time. */
    default void worked(Duration time) {}
}
