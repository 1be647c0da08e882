/** The runners of each set by state, kept up to date from the caches. */
@NullMarked
package io.github.arc4j.controller.ephemeralrunnerset.index;

import org.jspecify.annotations.NullMarked;
