package io.github.arc4j.controller.runners;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.runtime.cache.Request;
import org.jspecify.annotations.Nullable;

/** Follows runners without affecting them. Only the leader's reconciles are observed. */
public interface RunnerObserver {
    /** Observes nothing. */
    RunnerObserver NONE = new RunnerObserver() {};

    /**
     * A reconcile of the runner begins, or is about to delete the runner, of which it may know more then.
     *
     * @param pod null if there is none, or nothing more is known of it
     */
    default void observed(EphemeralRunner runner, @Nullable Pod pod) {}

    /** The runner no longer exists. */
    default void removed(Request runner) {}
}
