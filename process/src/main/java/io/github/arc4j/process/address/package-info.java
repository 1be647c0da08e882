/** Selects which of the addresses of a host name is used. */
@NullMarked
package io.github.arc4j.process.address;

import org.jspecify.annotations.NullMarked;
