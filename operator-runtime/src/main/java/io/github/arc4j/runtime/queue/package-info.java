/**
 * The work queue: keys are deduplicated, never processed twice at the same time, retried with backoff, and ordered by
 * priority. Within a priority, tenants take turns.
 */
@NullMarked
package io.github.arc4j.runtime.queue;

import org.jspecify.annotations.NullMarked;
