/**
 * The HTTP side of the embedded API server: routes, verbs, watches and discovery, and what tests want to know of and do to them: the log of
 * requests, faults, and control over what watches deliver.
 */
@NullMarked
package io.github.arc4j.kube.http;

import org.jspecify.annotations.NullMarked;
