/** The whole system with many scale sets and runners. */
@NullMarked
package io.github.arc4j.bench.scale;

import org.jspecify.annotations.NullMarked;
