/** The client with simulators of GitHub, and as others use it. */
@NullMarked
package io.github.arc4j.actions.it;

import org.jspecify.annotations.NullMarked;
