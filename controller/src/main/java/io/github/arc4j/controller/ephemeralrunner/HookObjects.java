package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.cache.PerObject;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import io.github.arc4j.controller.runtime.queue.Place;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the pods and Secrets that container hooks created for the job of a runner, once the runner has ended. They are
 * found by a label. Users can create any number of objects with it, each with more than 1 MiB, so there are limits: for
 * the memory that the lists of all runners take, and for the requests of one runner.
 */
final class HookObjects {
    private static final Logger log = LoggerFactory.getLogger(HookObjects.class);

    /** A job usually has fewer. */
    private static final long PER_PAGE = 5;

    /** Of one kind, for one runner. Hooks delete most of their objects themselves. */
    private static final int MAX_PAGES = 10;

    private final KubernetesClient client;
    private final PageTurns turns;
    /** Runners whose objects have been deleted: a runner that GitHub does not let go is reconciled again and again. */
    private final PerObject<Boolean> done;

    HookObjects(KubernetesClient client, ResourceCache<EphemeralRunner> runners, InstantSource clock) {
        this.client = client;
        this.turns = new PageTurns(clock);
        this.done = new PerObject<>(runners);
    }

    void delete(EphemeralRunner runner) throws InterruptedException {
        if (!done.getOrDefault(runner, false)) {
            Place place = Place.current();
            if (place != null) {
                place.release(); // other runners may have much to delete
            }
            String namespace = runner.getMetadata().getNamespace();
            String runnerPod = runner.getMetadata().getName();
            deleteAll(client.pods().inNamespace(namespace), namespace, runnerPod);
            deleteAll(client.secrets().inNamespace(namespace), namespace, runnerPod);
            done.put(runner, true);
        }
    }

    /** The names of the objects in a page that are not being deleted yet, and the token of the next page. */
    private record Page(List<String> names, String next) {}

    private <T extends HasMetadata, L extends KubernetesResourceList<T>, R extends Resource<T>> void deleteAll(
            NonNamespaceOperation<T, L, R> objects, String namespace, String runnerPod) throws InterruptedException {
        String next = "";
        for (int number = 0; number < MAX_PAGES; number++) {
            String token = next;
            Page page = turns.read(namespace, () -> page(objects, runnerPod, token));
            page.names().forEach(name -> delete(objects.withName(name)));
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

    private static <T extends HasMetadata, L extends KubernetesResourceList<T>> Page page(
            NonNamespaceOperation<T, L, ?> objects, String runnerPod, String token) {
        L page = objects.withLabel(Labels.RUNNER_POD, runnerPod)
                .list(new ListOptionsBuilder()
                        .withLimit(PER_PAGE)
                        .withContinue(token.isEmpty() ? null : token)
                        .build());
        List<String> names = new ArrayList<>();
        for (T object : page.getItems()) {
            if (!object.isMarkedForDeletion()) {
                names.add(object.getMetadata().getName());
            }
        }
        return new Page(names, Objects.requireNonNullElse(page.getMetadata().getContinue(), ""));
    }

    private static void delete(Resource<?> object) {
        try {
            object.delete();
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isNotFound(e)) {
                throw e;
            }
        }
    }
}
