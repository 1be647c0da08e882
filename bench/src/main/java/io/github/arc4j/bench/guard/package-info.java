/** Compares costs with stored ones, so that regressions are noticed. */
@NullMarked
package io.github.arc4j.bench.guard;

import org.jspecify.annotations.NullMarked;
