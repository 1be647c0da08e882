package io.github.arc4j.controller.runtime;

import java.time.Duration;

/** What a {@link WorkQueue} tells about itself. Called under its lock, so it must be quick. */
public interface QueueMetrics {

    /** Tells nobody. */
    QueueMetrics NONE = new QueueMetrics() {};

    /** A key began to wait for a worker. */
    default void added() {}

    /** A key was added with a delay. */
    default void retried() {}

    /** The number of keys that wait for a worker changed. */
    default void depth(Priority priority, int change) {}

    /** A key was taken after this time of waiting for a worker. */
    default void waited(Duration time) {}

    /** The pass over a key ended after this time. */
    default void worked(Duration time) {}
}
