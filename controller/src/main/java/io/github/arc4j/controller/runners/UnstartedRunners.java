package io.github.arc4j.controller.runners;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.runtime.cache.PerObject;
import io.github.arc4j.controller.runtime.cache.ResourceCache;

/**
 * The runners that are deleted because GitHub or the API server does not let them start, before they have a pod. The
 * next ones may end in the same way at once, so their sets delay the replacements.
 */
public final class UnstartedRunners {
    private final PerObject<Boolean> runners;

    public UnstartedRunners(ResourceCache<EphemeralRunner> cache) {
        this.runners = new PerObject<>(cache);
    }

    /** Call this before the object is deleted. */
    public void add(EphemeralRunner runner) {
        runners.put(runner, true);
    }

    public boolean contains(EphemeralRunner runner) {
        return runners.getOrDefault(runner, false);
    }
}
