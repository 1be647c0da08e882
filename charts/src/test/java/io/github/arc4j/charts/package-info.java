/**
 * Tests of the two Helm charts, rendered with Helm as a library: the output for many sets of values, the values that
 * are rejected, and invariants for all values.
 */
@NullMarked
package io.github.arc4j.charts;

import org.jspecify.annotations.NullMarked;
