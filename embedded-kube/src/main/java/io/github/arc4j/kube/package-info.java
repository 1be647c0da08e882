/**
 * An in-process Kubernetes API server for tests and demos: it serves real clients over HTTP, and includes the
 * controllers that every cluster has for pods, namespaces and garbage collection. Start with
 * {@link io.github.arc4j.kube.EmbeddedKube}.
 */
@NullMarked
package io.github.arc4j.kube;

import org.jspecify.annotations.NullMarked;
