/**
 * What goes over the wire, for the client and for the other programs of this repository: JSON, keys and certificates in
 * PEM, signed tokens, proxies. Other modules can't see it.
 */
@NullMarked
package io.github.arc4j.actions.wire;

import org.jspecify.annotations.NullMarked;
