/**
 * Wire formats for the client and for the other programs of this repository: JSON, keys and certificates in PEM format,
 * signed tokens, proxies. Not visible to other modules.
 */
@NullMarked
package io.github.arc4j.actions.wire;

import org.jspecify.annotations.NullMarked;
