/**
 * The four custom resources of {@code actions.github.com/v1alpha1}. Specs and statuses are immutable records whose
 * components have the names of the JSON properties; annotations on them contain the descriptions that appear in the
 * CRDs. What is missing in JSON is empty here, and vice versa; only objects whose presence has a meaning and optional
 * numbers are null. The Kubernetes types inside (pod templates, conditions) are mutable: objects from a cache must not
 * be modified.
 */
@NullMarked
package io.github.arc4j.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
