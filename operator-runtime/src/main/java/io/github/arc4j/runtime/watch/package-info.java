/** Lists and watches objects of the API server to keep caches up to date. */
@NullMarked
package io.github.arc4j.runtime.watch;

import org.jspecify.annotations.NullMarked;
