/**
 * What the listener does with a message: acquires jobs, computes the desired number of runners, and brings both into the
 * cluster.
 */
@NullMarked
package io.github.arc4j.listener.scaling;

import org.jspecify.annotations.NullMarked;
