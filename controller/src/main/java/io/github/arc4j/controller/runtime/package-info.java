/**
 * What runs reconcilers: a de-duplicating work queue, caches of Kubernetes objects fed by watches and by own writes,
 * controllers that take keys from the queue, and the manager that starts and stops all of it. The shape and the metric
 * names are those of Kubernetes' controller-runtime; the code is plain JDK code on virtual threads.
 */
@NullMarked
package io.github.arc4j.controller.runtime;

import org.jspecify.annotations.NullMarked;
