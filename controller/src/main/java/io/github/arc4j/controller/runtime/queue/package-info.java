/**
 * The work queue: keys are deduplicated, never processed twice at the same time, retried with a back-off, and ordered by
 * priority, in turns of the tenants.
 */
@NullMarked
package io.github.arc4j.controller.runtime.queue;

import org.jspecify.annotations.NullMarked;
