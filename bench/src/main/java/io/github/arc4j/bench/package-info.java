/**
 * Benchmarks of parts of the system, each small enough to run on a laptop. They print ratios and times; only the guard
 * asserts limits.
 */
@NullMarked
package io.github.arc4j.bench;

import org.jspecify.annotations.NullMarked;
