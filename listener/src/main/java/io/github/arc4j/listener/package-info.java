/**
 * The listener of a scale set: holds its message session at GitHub, acquires jobs, and writes to the cluster how many
 * runners are desired and which of them have a job. It never exits because of an error that a retry may fix,
 * acknowledges a message only when its effect is in the cluster, and is independent of other listeners, so that one
 * process can run many.
 */
@NullMarked
package io.github.arc4j.listener;

import org.jspecify.annotations.NullMarked;
