/**
 * Kubernetes Events: recorded, aggregated, logged, and sent without holding up a reconcile. Also the fields that identify
 * an object in the log.
 */
@NullMarked
package io.github.arc4j.runtime.events;

import org.jspecify.annotations.NullMarked;
