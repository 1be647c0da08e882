/**
 * The implementation of the client: requests, retries, tokens, JSON and TLS. Not part of the API and subject to change.
 */
@NullMarked
package io.github.arc4j.actions.internal;

import org.jspecify.annotations.NullMarked;
