/**
 * The listener's access to the Kubernetes API: an HTTP client with three verbs, and the patches of the
 * EphemeralRunnerSet's replicas and of the jobs in the status of EphemeralRunners.
 */
@NullMarked
package io.github.arc4j.listener.kube;

import org.jspecify.annotations.NullMarked;
