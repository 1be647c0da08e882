/**
 * The web console: one read-only page for the browser of an operator, with data from the caches. It only serves
 * requests from the pod itself, which is where {@code kubectl port-forward} connects from. While it is off, none of
 * these classes is loaded.
 */
@NullMarked
package io.github.arc4j.controller.console;

import org.jspecify.annotations.NullMarked;
