/**
 * Reads and writes of Kubernetes objects as the reconcilers use them: reads come from the informers' caches, writes go
 * to the API server as small patches, and every answer goes into the cache before the reconciler goes on.
 */
@NullMarked
package io.github.arc4j.controller.kube;

import org.jspecify.annotations.NullMarked;
