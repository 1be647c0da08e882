package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.events.EventRecorder;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Access to one kind of object: reads from the cache, writes to the API server. The response to every write is in the
 * cache when the method returns, so the next reconcile of the same key sees it.
 *
 * <p>All writes are idempotent: the caller chooses the names, deletions contain the UID, and patches contain the
 * desired state. They throw {@link KubernetesClientException} unless documented otherwise.
 */
public final class ResourceClient<T extends HasMetadata> {
    private static final int UNPROCESSABLE = 422;

    private final Class<T> type;
    private final ResourceCache<T> cache;
    private final ObjectMapper mapper;
    private final ObjectRequests requests;
    private final DroppedFields droppedFields;

    /** @param events reports an outdated CustomResourceDefinition of the kind */
    public ResourceClient(
            KubernetesClient client,
            Class<T> type,
            ResourceCache<T> cache,
            ObjectMapper mapper,
            EventRecorder events,
            InstantSource clock) {
        this.type = type;
        this.cache = cache;
        this.mapper = mapper;
        this.requests = new ObjectRequests(client, type, mapper);
        this.droppedFields = new DroppedFields(type, events, clock);
    }

    public ResourceCache<T> cache() {
        return cache;
    }

    /** The cached object; do not modify it. */
    public @Nullable T get(Request name) {
        return cache.get(name);
    }

    /** The live object from the API server, for objects that are not cached, or if the cache may be stale. */
    public @Nullable T getLive(Request name) {
        T live = read(name);
        return live == null ? null : written(live);
    }

    private @Nullable T read(Request name) {
        byte[] live = requests.read(name);
        return live == null ? null : requests.as(type, live);
    }

    /** Creates the object, which must have a name (with a generated name, a repeated request would create it twice). */
    public T create(T object) {
        return written(requests.create(object));
    }

    /**
     * Creates the object, or adopts an existing one with the same controller: an earlier request took effect, but its
     * response was lost, or another reconcile was first.
     *
     * @throws KubernetesClientException with code 409 if an object with this name has a different controller
     */
    public T createOrAdopt(T object) {
        try {
            return create(object);
        } catch (KubernetesClientException e) {
            if (!isConflict(e) && !isOutcomeUnknown(e)) {
                throw e;
            }
            T live = getLive(Request.of(object));
            if (live != null && Owners.sameController(live, object)) {
                return live;
            }
            throw e;
        }
    }

    /** Sends a JSON merge patch of metadata or spec. */
    public T patch(T current, ObjectNode patch) {
        return written(requests.patch(current, "", patch));
    }

    private T written(byte[] response) {
        return written(requests.as(type, response));
    }

    private T written(T object) {
        cache.written(object);
        return object;
    }

    /** Sets the status to {@code desired} with a patch of the differences; sends nothing if there are none. */
    public T patchStatus(T current, @Nullable Object status, Object desired) {
        return patchStatus(current, status, desired, JsonNodeFactory.instance.objectNode());
    }

    /**
     * The same, if the object has not changed since it was read.
     *
     * @throws KubernetesClientException with code 409 if it has changed; reconcile again
     */
    public T patchStatusIfUnchanged(T current, @Nullable Object status, Object desired) {
        return patchStatus(current, status, desired, ObjectRequests.ifUnchanged(current));
    }

    private T patchStatus(T current, @Nullable Object status, Object desired, ObjectNode body) {
        JsonNode before = status == null ? JsonNodeFactory.instance.objectNode() : mapper.valueToTree(status);
        ObjectNode patch = MergePatch.between(before, mapper.valueToTree(desired));
        droppedFields.removeFrom(patch, current.getMetadata().getNamespace());
        if (patch.isEmpty()) {
            return current;
        }
        body.set("status", patch);
        T response = written(requests.patch(current, "/status", body));
        if (response instanceof CustomResource<?, ?> resource && resource.getStatus() != null) {
            droppedFields.compare(response, patch, mapper.valueToTree(resource.getStatus()));
        }
        return response;
    }

    /**
     * Whether the API server drops this field of the status of objects in this namespace, because the
     * CustomResourceDefinition is outdated.
     */
    public boolean dropsStatus(String namespace, String field) {
        return droppedFields.contains(namespace, field);
    }

    /** When to retry writing the status if the API server drops fields in this namespace; null if it drops none. */
    public @Nullable Duration retryOfDroppedStatus(String namespace) {
        return droppedFields.isEmpty(namespace) ? null : DroppedFields.RETRY_PERIOD;
    }

    /**
     * Sets the finalizers. The patch contains the resourceVersion that was read, so that a finalizer that another
     * client adds concurrently is not lost.
     *
     * @return the object; null if it is deleted
     * @throws KubernetesClientException with code 409 if the object has changed; reconcile again
     */
    public @Nullable T patchFinalizers(T current, List<String> finalizers) {
        return unlessDeleted(current, () -> {
            if (finalizers.isEmpty() && current.isMarkedForDeletion()) {
                requests.release(current);
                return null;
            }
            return written(requests.patch(current, "", ObjectRequests.finalizersPatch(current, finalizers)));
        });
    }

    /** @param write returns null if it has deleted the object */
    private @Nullable T unlessDeleted(T current, Supplier<@Nullable T> write) {
        T written = ifFound(write);
        if (written == null) {
            cache.deleted(current);
        }
        return written;
    }

    /** Adds missing finalizers; see {@link #patchFinalizers}. */
    public @Nullable T addFinalizers(T current, List<String> finalizers) {
        Set<String> all = new LinkedHashSet<>(current.getMetadata().getFinalizers());
        return all.addAll(finalizers) ? patchFinalizers(current, List.copyOf(all)) : current;
    }

    /** Removes finalizers; see {@link #patchFinalizers}. */
    public @Nullable T removeFinalizers(T current, Collection<String> finalizers) {
        List<String> remaining = new ArrayList<>(current.getMetadata().getFinalizers());
        return remaining.removeAll(finalizers) ? patchFinalizers(current, remaining) : current;
    }

    /**
     * Removes finalizers from an object that is deleted next; see {@link #patchFinalizers}. Also clears its managed
     * fields.
     */
    public void release(T current, Collection<String> finalizers) {
        List<String> remaining = new ArrayList<>(current.getMetadata().getFinalizers());
        if (remaining.removeAll(finalizers)) {
            unlessDeleted(current, () -> written(requests.releaseLive(current, remaining)));
        }
    }

    /**
     * Deletes the object, identified by UID; its dependents are deleted in the background.
     *
     * @return the object with its deletion timestamp if finalizers or a pod's grace period delay the deletion; else
     *     null
     */
    public @Nullable T delete(T object) {
        return delete(object, null);
    }

    /** The same without a grace period, for a pod whose node cannot terminate it. */
    public @Nullable T deleteNow(T object) {
        return delete(object, 0L);
    }

    /** The same with a grace period other than the pod's own; null for its own. */
    public @Nullable T delete(T object, @Nullable Long graceSeconds) {
        DeleteOptions options = new DeleteOptionsBuilder()
                .withGracePeriodSeconds(graceSeconds)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND.toString())
                .withNewPreconditions()
                .withUid(object.getMetadata().getUid())
                .endPreconditions()
                .build();
        try {
            Optional<T> remaining = requests.remaining(type, requests.delete(object, options));
            if (remaining.isPresent() && isHeld(remaining.get().getMetadata())) {
                return written(remaining.get());
            }
        } catch (KubernetesClientException e) {
            if (!isNotFound(e) && !(isConflict(e) && isReplaced(object))) {
                throw e;
            }
        }
        cache.deleted(object);
        return null;
    }

    /** Whether the name now belongs to a different object, the usual reason for a conflict with a deletion. */
    private boolean isReplaced(T object) {
        T live = read(Request.of(object));
        return live == null
                || !live.getMetadata().getUid().equals(object.getMetadata().getUid());
    }

    /** Whether finalizers or a pod's grace period delay the deletion. */
    private static boolean isHeld(ObjectMeta metadata) {
        Long grace = metadata.getDeletionGracePeriodSeconds();
        return metadata.getDeletionTimestamp() != null
                && (!metadata.getFinalizers().isEmpty() || (grace != null && grace > 0));
    }

    /** The result of a request; null if the API server does not find the object. */
    public static <T> @Nullable T ifFound(Supplier<@Nullable T> request) {
        try {
            return request.get();
        } catch (KubernetesClientException e) {
            if (isNotFound(e)) {
                return null;
            }
            throw e;
        }
    }

    public static boolean isNotFound(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }

    public static boolean isConflict(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }

    /** Whether another object has the name. */
    public static boolean isAlreadyExisting(KubernetesClientException e) {
        return isConflict(e)
                && e.getStatus() != null
                && "AlreadyExists".equals(e.getStatus().getReason());
    }

    /** Whether the request may have taken effect: no response, or an error within the server. */
    public static boolean isOutcomeUnknown(KubernetesClientException e) {
        return e.getCode() <= 0 || e.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR;
    }

    public static boolean isForbidden(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
    }

    /** Whether the API server rejects the object; admission webhooks use any of these codes. */
    public static boolean isRejected(KubernetesClientException e) {
        return isForbidden(e) || e.getCode() == UNPROCESSABLE || e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST;
    }
}
