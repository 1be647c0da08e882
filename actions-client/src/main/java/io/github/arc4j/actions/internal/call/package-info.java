/** The execution of a call: attempts, retries and circuit breakers, and the conversion of failures to exceptions. */
@NullMarked
package io.github.arc4j.actions.internal.call;

import org.jspecify.annotations.NullMarked;
