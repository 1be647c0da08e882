/**
 * The four custom resources of {@code actions.github.com/v1alpha1}. Specs and statuses are immutable records whose components have the
 * names of the JSON properties and are described by annotations that the CRDs show. What is missing in JSON is empty here and the other
 * way round; only objects whose presence means something and optional numbers are null. The types of Kubernetes inside of them (pod
 * templates, conditions) are mutable: objects that a cache hands out are read only.
 */
@NullMarked
package io.github.arc4j.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
