/** Follows the API server: lists objects of one kind, watches their changes, and keeps a cache up to date with both. */
@NullMarked
package io.github.arc4j.controller.runtime.watch;

import org.jspecify.annotations.NullMarked;
