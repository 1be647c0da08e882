/**
 * Makes the CustomResourceDefinitions of the controller's chart from the Java types, and checks that the files there
 * are what it makes. It is test code so that the generator is no dependency of the module.
 */
@NullMarked
package io.github.arc4j.api.crd;

import org.jspecify.annotations.NullMarked;
