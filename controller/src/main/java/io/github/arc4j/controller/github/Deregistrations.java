package io.github.arc4j.controller.github;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The idle runners that are being taken off GitHub before their objects are deleted. Their processes notice and end with
 * exit code 1, which is no failure of theirs.
 */
public final class Deregistrations {
    private final Set<String> runners = ConcurrentHashMap.newKeySet();

    /** To be called before GitHub is asked. */
    public void begin(EphemeralRunner runner) {
        runners.add(runner.getMetadata().getUid());
    }

    /** To be called once the object is deleted, or stays after all. */
    public void end(EphemeralRunner runner) {
        runners.remove(runner.getMetadata().getUid());
    }

    public boolean isUnderWay(EphemeralRunner runner) {
        return runners.contains(runner.getMetadata().getUid());
    }
}
