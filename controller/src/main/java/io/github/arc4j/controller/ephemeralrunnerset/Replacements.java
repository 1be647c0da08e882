package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The runners that a set removes in order to make others in their place, though the listener's wish was carried out
 * before. They are made by a later pass if the one that removes them fails. Kept in memory: after a restart the
 * listener's next wish makes them.
 */
final class Replacements {
    private final ResourceCache<EphemeralRunner> runners;
    private final PerObject<Set<String>> removed;

    Replacements(ResourceCache<EphemeralRunnerSet> sets, ResourceCache<EphemeralRunner> runners) {
        this.runners = runners;
        this.removed = new PerObject<>(sets);
    }

    void add(EphemeralRunnerSet set, EphemeralRunner runner) {
        removed.computeIfAbsent(set, ConcurrentHashMap::newKeySet)
                .add(runner.getMetadata().getName());
    }

    /** How many are gone, or on their way, and not replaced yet. */
    int due(EphemeralRunnerSet set) {
        return gone(set).size();
    }

    /** So many were made, or are not needed any more. */
    void settle(EphemeralRunnerSet set, int number) {
        gone(set).stream().limit(number).forEach(removed(set)::remove);
    }

    private Set<String> removed(EphemeralRunnerSet set) {
        return removed.getOrDefault(set, Set.of());
    }

    private List<String> gone(EphemeralRunnerSet set) {
        return removed(set).stream().filter(name -> isGone(set, name)).toList();
    }

    private boolean isGone(EphemeralRunnerSet set, String name) {
        EphemeralRunner runner = runners.get(new Request(set.getMetadata().getNamespace(), name));
        return runner == null || runner.isMarkedForDeletion();
    }
}
