/**
 * Copies of the API server's objects with indexes. Reconcilers read them instead of the API server, and write the answers
 * to their own requests into them.
 */
@NullMarked
package io.github.arc4j.controller.runtime.cache;

import org.jspecify.annotations.NullMarked;
