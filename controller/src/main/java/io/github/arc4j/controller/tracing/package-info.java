/**
 * Traces of jobs: how long a job waited, what its runner did meanwhile, and how long it ran. Spans are built when the
 * runner has been deleted, from its status, its pod and the times at which the controller observed them, and are sent
 * to an OpenTelemetry collector. Without a collector, none of these classes is loaded.
 */
@NullMarked
package io.github.arc4j.controller.tracing;

import org.jspecify.annotations.NullMarked;
