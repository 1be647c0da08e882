/**
 * What the client and the other programs of this repository share: JSON, keys and certificates in PEM format, signed
 * tokens, proxies, exponential backoff, and how to wait for responses and tasks. Not visible to other modules.
 */
@NullMarked
package io.github.arc4j.actions.wire;

import org.jspecify.annotations.NullMarked;
