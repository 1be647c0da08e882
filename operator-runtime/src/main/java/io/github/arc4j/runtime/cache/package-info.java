/**
 * Indexed copies of the API server's objects. Reconcilers read them instead of the API server, and add the responses to
 * their own requests.
 */
@NullMarked
package io.github.arc4j.runtime.cache;

import org.jspecify.annotations.NullMarked;
