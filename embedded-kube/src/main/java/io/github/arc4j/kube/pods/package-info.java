/** The scheduler and kubelet of the embedded cluster: one node that gives every pod to a {@link io.github.arc4j.kube.pods.PodRuntime} and reports on it. */
@NullMarked
package io.github.arc4j.kube.pods;

import org.jspecify.annotations.NullMarked;
