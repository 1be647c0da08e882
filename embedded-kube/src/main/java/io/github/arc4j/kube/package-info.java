/**
 * An in-process Kubernetes API server for tests and demos: real clients work against it over HTTP, and the controllers that every cluster
 * has for pods, namespaces and garbage run inside of it. {@link io.github.arc4j.kube.EmbeddedKube} is where to start.
 */
@NullMarked
package io.github.arc4j.kube;

import org.jspecify.annotations.NullMarked;
