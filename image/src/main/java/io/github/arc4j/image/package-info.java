/**
 * Build tools that create the content of the container image: a linked runtime, native launchers and start-up archives.
 * They run on the toolchain's JDK 25 while the image is built; this package is not part of the image.
 */
@NullMarked
package io.github.arc4j.image;

import org.jspecify.annotations.NullMarked;
