/**
 * What the custom resources share with the rest of the world: labels, annotations, finalizers, names of derived objects, the hash that
 * marks what an object was made from, the rule which versions go together, and the CustomResourceDefinitions themselves. All of it is
 * equal to what the Go controller does, unless the Javadoc says otherwise.
 */
@NullMarked
package io.github.arc4j.api;

import org.jspecify.annotations.NullMarked;
