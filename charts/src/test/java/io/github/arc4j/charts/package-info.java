/**
 * Tests of the two Helm charts, rendered by Helm as a library: what they render for many sets of values, what they refuse,
 * and what must hold whatever the values.
 */
@NullMarked
package io.github.arc4j.charts;

import org.jspecify.annotations.NullMarked;
