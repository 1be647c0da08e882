package io.github.arc4j.demo.stage;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The current objects of a cluster, kept up to date by watches. */
public final class ClusterWatch implements AutoCloseable {
    /** The creation or deletion of an object. */
    public record Change(ObjectRef object, boolean exists, Instant at) {}

    private final Map<ObjectRef, GenericKubernetesResource> objects = new HashMap<>();
    private final List<Consumer<Change>> subscribers = new CopyOnWriteArrayList<>();
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

    private final KubernetesClient client;
    private final List<String> namespaces;

    /** @param namespaces namespaces whose objects are watched */
    public ClusterWatch(KubernetesClient client, List<String> namespaces) {
        this.client = client;
        this.namespaces = namespaces;
    }

    /** Starts watching objects of these types; on return, the existing ones are known. */
    public void watch(Collection<ObjectType> types) {
        for (ObjectType type : types) {
            var resources = client.genericKubernetesResources(type.context());
            if (type.namespaced()) {
                namespaces.forEach(
                        namespace -> start(resources.inNamespace(namespace).runnableInformer(0)));
            } else {
                start(resources.runnableInformer(0));
            }
        }
    }

    /** By default, an event that an informer cannot process stops it permanently. */
    private void start(SharedIndexInformer<GenericKubernetesResource> informer) {
        informers.add(informer.addEventHandler(new Handler())
                .exceptionHandler((started, failure) -> started)
                .run());
    }

    /** All current objects. */
    public synchronized Set<ObjectRef> objects() {
        return Set.copyOf(objects.keySet());
    }

    /**
     * Calls the subscriber for each creation and deletion from now on, in order for each type, until the result is
     * closed.
     */
    public AutoCloseable subscribe(Consumer<Change> subscriber) {
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    /**
     * Waits until the current objects satisfy a condition.
     *
     * @throws TimeoutException if the condition is not satisfied within the timeout
     */
    public synchronized void await(Predicate<Set<ObjectRef>> condition, Duration timeout)
            throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + timeout.toNanos();
        while (!condition.test(objects.keySet())) {
            long nanos = end - System.nanoTime();
            if (nanos <= 0) {
                throw new TimeoutException("not within " + timeout.toSeconds() + " s");
            }
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
    }

    /**
     * Waits until only these objects are left.
     *
     * @return the other objects that are left after the timeout, with their finalizers, as readable text; empty if
     *     there are none
     */
    public synchronized List<String> awaitOnly(Set<ObjectRef> expected, Duration timeout) throws InterruptedException {
        try {
            await(expected::containsAll, timeout);
            return List.of();
        } catch (TimeoutException e) {
            return objects.entrySet().stream()
                    .filter(entry -> !expected.contains(entry.getKey()))
                    .map(entry -> entry.getKey() + finalizers(entry.getValue()))
                    .sorted()
                    .toList();
        }
    }

    private static String finalizers(GenericKubernetesResource object) {
        List<String> finalizers = object.getMetadata().getFinalizers();
        String state = object.isMarkedForDeletion() ? "being deleted" : "not being deleted";
        return " (" + state + (finalizers.isEmpty() ? "" : ", finalizers " + String.join(", ", finalizers)) + ")";
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
    }

    private final class Handler implements ResourceEventHandler<GenericKubernetesResource> {
        @Override
        public void onAdd(GenericKubernetesResource object) {
            change(object, true, true);
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
            change(object, true, false);
        }

        @Override
        public void onDelete(GenericKubernetesResource object, boolean finalStateUnknown) {
            change(object, false, true);
        }

        private void change(GenericKubernetesResource object, boolean exists, boolean createdOrDeleted) {
            if (object.getMetadata().getName().startsWith("system:")) {
                // Kubernetes creates some of its own roles after it has started to serve requests.
                return;
            }
            Instant now = Instant.now();
            ObjectRef ref = ObjectRef.of(object);
            synchronized (ClusterWatch.this) {
                if (exists) {
                    objects.put(ref, object);
                } else {
                    objects.remove(ref);
                }
                ClusterWatch.this.notifyAll();
            }
            if (createdOrDeleted) {
                subscribers.forEach(subscriber -> subscriber.accept(new Change(ref, exists, now)));
            }
        }
    }
}
