/**
 * The interface of the custom resources: labels, annotations, finalizers, names of derived objects, the hash of the
 * input from which an object was created, the rule for compatible versions, and the CustomResourceDefinitions
 * themselves. Everything matches the Go controller, unless the Javadoc says otherwise.
 */
@NullMarked
package io.github.arc4j.api;

import org.jspecify.annotations.NullMarked;
