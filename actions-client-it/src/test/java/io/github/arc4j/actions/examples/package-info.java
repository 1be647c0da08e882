/** Programs that use the client as a stranger would. */
@NullMarked
package io.github.arc4j.actions.examples;

import org.jspecify.annotations.NullMarked;
