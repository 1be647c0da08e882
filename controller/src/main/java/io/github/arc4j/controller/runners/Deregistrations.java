package io.github.arc4j.controller.runners;

import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.JobStillRunningException;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes runners from GitHub, each by the ID of its own registration only. A pod, a Secret and, because it is filled
 * from them, a status may contain any ID: a job that can create pods in its namespace can write the ID of another
 * team's runner, which the scale set's credentials may be able to remove.
 */
public final class Deregistrations {
    private static final Logger log = LoggerFactory.getLogger(Deregistrations.class);

    /** What GitHub did with a runner. */
    public enum Outcome {
        REMOVED,

        /** GitHub does not have the runner, or the ID is not one of its registrations. */
        NOT_FOUND,

        /**
         * GitHub keeps the runner until its job ends, although it may not be on record yet. So a set that wanted to
         * delete the idle runner keeps it, a pod that is being terminated goes on until its end, the removal of the
         * runner asks again later, and a runner without a pod, which cannot run the job, ends.
         */
        HAS_JOB
    }

    private final Set<String> inProgress = ConcurrentHashMap.newKeySet();
    /** The ID that GitHub returned when this process registered the runner. A restart of the controller discards it. */
    private final PerObject<Long> registered;

    public Deregistrations(ResourceCache<EphemeralRunner> runners) {
        this.registered = new PerObject<>(runners);
    }

    /** Records that this process has registered the runner. */
    public void registered(EphemeralRunner runner, long id) {
        registered.put(runner, id);
    }

    /**
     * Removes the runner from GitHub.
     *
     * @param id where the runner seems to be registered; 0 if unknown
     */
    public Outcome remove(EphemeralRunner runner, long id, ScaleSetApi github) throws InterruptedException {
        return id == 0 || !isOwn(runner, id, github) ? Outcome.NOT_FOUND : remove(id, github);
    }

    /** Removes the runner of this name from GitHub, if it belongs to the scale set of {@code runner}. */
    public Outcome removeByName(EphemeralRunner runner, ScaleSetApi github) throws InterruptedException {
        String name = runner.getMetadata().getName();
        Optional<Runner> found = github.findRunner(name)
                .filter(own -> own.runnerScaleSetId() == runner.getSpec().runnerScaleSetId());
        return found.isPresent() ? remove(found.get().id(), github) : Outcome.NOT_FOUND;
    }

    private static Outcome remove(long id, ScaleSetApi github) throws InterruptedException {
        try {
            github.removeRunner(id);
            return Outcome.REMOVED;
        } catch (JobStillRunningException e) {
            return Outcome.HAS_JOB;
        }
    }

    private boolean isOwn(EphemeralRunner runner, long id, ScaleSetApi github) throws InterruptedException {
        if (registered.getOrDefault(runner, 0L) == id) {
            return true;
        }
        Optional<Runner> found = github.getRunner(id);
        boolean isOwn = found.filter(
                        own -> own.name().equals(runner.getMetadata().getName())
                                && own.runnerScaleSetId() == runner.getSpec().runnerScaleSetId())
                .isPresent();
        if (found.isPresent() && !isOwn) {
            log.warn(
                    "Did not remove the runner with id {} from GitHub: it is another runner, in scale set {}",
                    id,
                    found.get().runnerScaleSetId());
        }
        return isOwn;
    }

    /**
     * Call this before the removal of an idle runner whose object is to be deleted after that: its process notices the
     * removal and exits with code 1, which does not count as a failure.
     */
    public void begin(EphemeralRunner runner) {
        inProgress.add(runner.getMetadata().getUid());
    }

    /** Call this when the object has been deleted, or is kept. */
    public void end(EphemeralRunner runner) {
        inProgress.remove(runner.getMetadata().getUid());
    }

    /** Whether the idle runner is being removed before its object is deleted. */
    public boolean isInProgress(EphemeralRunner runner) {
        return inProgress.contains(runner.getMetadata().getUid());
    }
}
