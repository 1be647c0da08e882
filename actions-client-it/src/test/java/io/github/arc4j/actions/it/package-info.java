/** Tests of the client with GitHub simulators, and as a library in other projects. */
@NullMarked
package io.github.arc4j.actions.it;

import org.jspecify.annotations.NullMarked;
