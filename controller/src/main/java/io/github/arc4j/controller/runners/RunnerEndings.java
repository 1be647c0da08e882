package io.github.arc4j.controller.runners;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;

/**
 * Why runners end: whoever deletes the object of a runner records the ending, the log names it, and the runner's set
 * delays some replacements because of it. Runners that have finished their jobs, which are most, are not recorded.
 */
public final class RunnerEndings {
    private final ResourceCache<EphemeralRunner> runners;
    private final PerObject<RunnerEnding> endings;

    public RunnerEndings(ResourceCache<EphemeralRunner> runners) {
        this.runners = runners;
        this.endings = new PerObject<>(runners);
    }

    /**
     * Call this before the object is deleted. If several delete it at the same time, an ending that delays the
     * replacement counts.
     */
    public void begin(EphemeralRunner runner, RunnerEnding ending) {
        if (!of(runner).isBeforeStart()) {
            endings.put(runner, ending);
        }
        EphemeralRunner cached = runners.get(Request.of(runner));
        if (cached == null
                || !cached.getMetadata().getUid().equals(runner.getMetadata().getUid())) {
            endings.remove(runner); // the state was stale: the runner is deleted, and nothing else would remove this
        }
    }

    /** Why a runner that is being deleted ends, as far as this process knows. */
    public RunnerEnding of(EphemeralRunner runner) {
        return endings.getOrDefault(
                runner, ForcedDeletion.isAsked(runner) ? RunnerEnding.FORCED : RunnerEnding.OBJECT_DELETED);
    }
}
