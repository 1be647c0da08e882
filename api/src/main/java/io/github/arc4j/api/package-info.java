/**
 * Names that the custom resources share with the rest of the world: labels, annotations, finalizers.
 */
@NullMarked
package io.github.arc4j.api;

import org.jspecify.annotations.NullMarked;
