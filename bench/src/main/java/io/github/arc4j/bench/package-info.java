/** Benchmarks of parts of the system, each small enough to run on a laptop. They print ratios and times, and promise nothing. */
@NullMarked
package io.github.arc4j.bench;

import org.jspecify.annotations.NullMarked;
