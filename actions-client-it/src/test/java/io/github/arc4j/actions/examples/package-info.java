/** Example programs that use only the client's public API. */
@NullMarked
package io.github.arc4j.actions.examples;

import org.jspecify.annotations.NullMarked;
