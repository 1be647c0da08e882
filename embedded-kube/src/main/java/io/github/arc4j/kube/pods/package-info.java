/**
 * The scheduler and kubelet of the embedded cluster: one node that runs every pod with a
 * {@link io.github.arc4j.kube.pods.PodRuntime} and reports its status.
 */
@NullMarked
package io.github.arc4j.kube.pods;

import org.jspecify.annotations.NullMarked;
