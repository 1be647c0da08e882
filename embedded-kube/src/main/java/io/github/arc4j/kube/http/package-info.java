/**
 * The HTTP side of the embedded API server: routes, verbs, watches and discovery, and the tools for tests: the request
 * log, faults, and control over the delivery of watch events.
 */
@NullMarked
package io.github.arc4j.kube.http;

import org.jspecify.annotations.NullMarked;
