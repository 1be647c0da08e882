/** The Prometheus metrics of the runtime, with the names, labels and buckets of controller-runtime and client-go. */
@NullMarked
package io.github.arc4j.runtime.metrics;

import org.jspecify.annotations.NullMarked;
