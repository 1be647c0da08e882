package io.github.arc4j.controller.github;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The idle runners that are being removed from GitHub before their objects are deleted. Their processes notice this and
 * exit with code 1, which does not count as a failure.
 */
public final class Deregistrations {
    private final Set<String> runners = ConcurrentHashMap.newKeySet();

    /** Call this before asking GitHub to remove the runner. */
    public void begin(EphemeralRunner runner) {
        runners.add(runner.getMetadata().getUid());
    }

    /** Call this when the object has been deleted, or is kept. */
    public void end(EphemeralRunner runner) {
        runners.remove(runner.getMetadata().getUid());
    }

    public boolean isInProgress(EphemeralRunner runner) {
        return runners.contains(runner.getMetadata().getUid());
    }
}
