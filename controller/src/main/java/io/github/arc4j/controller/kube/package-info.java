/**
 * Reads and writes of Kubernetes objects for the reconcilers: reads come from caches, writes are sent to the API server
 * as small patches, and every response updates the cache before the reconciler continues.
 */
@NullMarked
package io.github.arc4j.controller.kube;

import org.jspecify.annotations.NullMarked;
