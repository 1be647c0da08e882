/** The handling of a message: acquires jobs, computes the desired number of runners, and writes both to the cluster. */
@NullMarked
package io.github.arc4j.listener.scaling;

import org.jspecify.annotations.NullMarked;
