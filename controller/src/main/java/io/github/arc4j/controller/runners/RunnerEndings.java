package io.github.arc4j.controller.runners;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.kube.ForcedDeletion;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Why runners end: whoever deletes the object of a runner records the ending, the log names it, and the runner's set
 * delays some replacements because of it. Runners that have finished their jobs, which are most, are not recorded.
 */
public final class RunnerEndings {
    private final PerObject<RunnerEnding> endings;

    public RunnerEndings(ResourceCache<EphemeralRunner> runners) {
        this.endings = new PerObject<>(runners);
    }

    /**
     * Deletes the object of a runner, and records why, which is known before the cache reports the deletion. If several
     * delete it at the same time, an ending that delays the replacement counts. Nothing is recorded if the API server
     * rejects the deletion: somebody else may delete the object later for another reason.
     *
     * @param deletion returns the object if it still exists
     */
    public @Nullable EphemeralRunner delete(
            EphemeralRunner runner, RunnerEnding ending, Supplier<@Nullable EphemeralRunner> deletion) {
        RunnerEnding before = endings.get(runner);
        if (before == null || !before.isBeforeStart()) {
            endings.put(runner, ending);
        }
        try {
            return deletion.get();
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isOutcomeUnknown(e)) {
                withdraw(runner, ending, before);
            }
            throw e;
        }
    }

    /** An earlier deletion without a response may have taken effect, so its ending stays. */
    private void withdraw(EphemeralRunner runner, RunnerEnding ending, @Nullable RunnerEnding before) {
        if (before == null) {
            endings.remove(runner, ending);
        } else {
            endings.put(runner, before);
        }
    }

    /** Why a runner that is being deleted ends, as far as this process knows. */
    public RunnerEnding of(EphemeralRunner runner) {
        return endings.getOrDefault(
                runner, ForcedDeletion.isRequested(runner) ? RunnerEnding.FORCED : RunnerEnding.OBJECT_DELETED);
    }
}
