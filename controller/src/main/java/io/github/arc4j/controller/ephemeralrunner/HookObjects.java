package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.kube.PageTurns;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.queue.Slot;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the pods and Secrets that container hooks created for the job of a runner, once the runner has ended. They
 * are found by a label. Users can create any number of objects with it, each with more than 1 MiB, so there are limits:
 * for the memory that the lists of all runners take, and for the requests of one runner.
 */
final class HookObjects {
    private static final Logger log = LoggerFactory.getLogger(HookObjects.class);

    /** A job usually has fewer objects. */
    private static final int PER_PAGE = 5;

    /** Of one kind, for one runner. Hooks delete most of their objects themselves. */
    private static final int MAX_PAGES = 10;

    private final LiveObjects objects;
    private final PageTurns turns;
    /** Runners whose objects have been deleted: a runner that GitHub keeps is reconciled repeatedly. */
    private final PerObject<Boolean> done;

    HookObjects(LiveObjects objects, ResourceCache<EphemeralRunner> runners, InstantSource clock) {
        this.objects = objects;
        this.turns = new PageTurns(clock);
        this.done = new PerObject<>(runners);
    }

    void delete(EphemeralRunner runner) throws InterruptedException {
        if (!done.getOrDefault(runner, false)) {
            Slot.releaseCurrent(); // there may be much to delete, which must not delay other runners
            String namespace = runner.getMetadata().getNamespace();
            String runnerPod = runner.getMetadata().getName();
            deleteAll(Pod.class, namespace, runnerPod);
            deleteAll(Secret.class, namespace, runnerPod);
            done.put(runner, true);
        }
    }

    private void deleteAll(Class<? extends HasMetadata> type, String namespace, String runnerPod)
            throws InterruptedException {
        String labels = Labels.RUNNER_POD + "=" + runnerPod;
        String next = "";
        for (int number = 0; number < MAX_PAGES; number++) {
            String token = next;
            LiveObjects.Names page =
                    turns.read(namespace, () -> objects.names(type, namespace, labels, PER_PAGE, token));
            page.names().forEach(name -> objects.delete(type, namespace, name));
            next = page.next();
            if (next.isEmpty()) {
                return;
            }
        }
        log.warn(
                "More than {} objects have the label {}={}; the others are kept",
                MAX_PAGES * PER_PAGE,
                Labels.RUNNER_POD,
                runnerPod);
    }
}
