/**
 * The listener of a scale set: holds its message session on GitHub, acquires jobs, tells the cluster how many runners
 * there should be and which of them have a job. It ends for nothing that another try can heal, acknowledges a message
 * only when its effect is in the cluster, and knows nothing of other listeners, so that one process can run many.
 */
@NullMarked
package io.github.arc4j.listener;

import org.jspecify.annotations.NullMarked;
