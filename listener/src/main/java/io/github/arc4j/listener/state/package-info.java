/**
 * How a listener's message session is doing, in the words of probes, metrics and conditions.
 */
@NullMarked
package io.github.arc4j.listener.state;

import org.jspecify.annotations.NullMarked;
