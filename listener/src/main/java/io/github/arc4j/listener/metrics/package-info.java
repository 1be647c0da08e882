/**
 * The listener's Prometheus metrics, with the names, labels and buckets of the Go listener, and limits on the number of
 * series that job names can create.
 */
@NullMarked
package io.github.arc4j.listener.metrics;

import org.jspecify.annotations.NullMarked;
