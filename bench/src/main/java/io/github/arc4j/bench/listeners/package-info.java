/** What listeners cost that share a process. */
@NullMarked
package io.github.arc4j.bench.listeners;

import org.jspecify.annotations.NullMarked;
