/**
 * Build tools that make what the container image is layered from: a linked runtime, native launchers and start-up
 * archives. They run on the JDK 25 of the toolchain while the image is built; nothing of this package is in the image.
 */
@NullMarked
package io.github.arc4j.image;

import org.jspecify.annotations.NullMarked;
