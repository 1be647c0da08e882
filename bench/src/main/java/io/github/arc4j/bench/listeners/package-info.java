/** The resource usage of listeners, alone and in a shared process. */
@NullMarked
package io.github.arc4j.bench.listeners;

import org.jspecify.annotations.NullMarked;
