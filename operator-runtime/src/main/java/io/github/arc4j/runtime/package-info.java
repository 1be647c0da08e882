/**
 * The runtime of the reconcilers: a deduplicating work queue, caches of Kubernetes objects fed by watches and by the
 * process's own writes, controllers that take keys from the queue, and the manager that starts and stops everything.
 * The design and the metric names follow Kubernetes' controller-runtime; the code is plain JDK code on virtual threads.
 */
@NullMarked
package io.github.arc4j.runtime;

import org.jspecify.annotations.NullMarked;
