/** How the client works: requests, retries, tokens, JSON and TLS. Not part of the API and free to change. */
@NullMarked
package io.github.arc4j.actions.internal;

import org.jspecify.annotations.NullMarked;
