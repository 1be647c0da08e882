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
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.ResourceCache;
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
 * One kind of object: reads from its cache, writes to the API server. The answer of every write is in the cache when
 * the method returns, so that the next reconcile of the same key sees it.
 *
 * <p>All writes may be sent twice: names are chosen by the caller, deletions carry the UID, and patches say what should
 * be, not what to change. They throw {@link KubernetesClientException} unless they say otherwise.
 */
public final class ResourceClient<T extends HasMetadata> {
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final Class<T> type;
    private final ResourceCache<T> cache;
    private final ObjectMapper mapper;
    private final WriteRequests writes;
    private final DroppedFields droppedFields;

    /** @param events where an outdated CustomResourceDefinition of the kind is reported */
    public ResourceClient(
            KubernetesClient client,
            Class<T> type,
            ResourceCache<T> cache,
            ObjectMapper mapper,
            EventRecorder events,
            InstantSource clock) {
        this.client = client;
        this.type = type;
        this.cache = cache;
        this.mapper = mapper;
        this.writes = new WriteRequests(client, type, mapper);
        this.droppedFields = new DroppedFields(type, events, clock);
    }

    public ResourceCache<T> cache() {
        return cache;
    }

    /** The cached object; do not modify it. */
    public @Nullable T get(String namespace, String name) {
        return cache.get(namespace, name);
    }

    /** The object as the API server has it now. For what is not cached or when the cache is in doubt. */
    public @Nullable T getLive(String namespace, String name) {
        T live = client.resources(type).inNamespace(namespace).withName(name).get();
        if (live != null) {
            cache.written(live);
        }
        return live;
    }

    /** Creates the object, which must have a name (a generated one would be made twice by a repeated request). */
    public T create(T object) {
        return written(writes.create(object));
    }

    /**
     * Creates the object, or finds that it is there already and has the same controller: an earlier request had its
     * effect, but its answer was lost or another pass was first.
     *
     * @throws KubernetesClientException with code 409 if an object of that name belongs to somebody else
     */
    public T createOrAdopt(T object) {
        try {
            return create(object);
        } catch (KubernetesClientException e) {
            if (!isConflict(e) && !isOutcomeUnknown(e)) {
                throw e;
            }
            T live = getLive(
                    object.getMetadata().getNamespace(), object.getMetadata().getName());
            if (live != null && Owners.sameController(live, object)) {
                return live;
            }
            throw e;
        }
    }

    /** Sends a JSON merge patch of metadata or spec. */
    public T patch(T current, ObjectNode patch) {
        return written(writes.patch(current, "", patch));
    }

    private T written(byte[] answer) {
        return written(writes.as(type, answer));
    }

    private T written(T object) {
        cache.written(object);
        return object;
    }

    /** Makes the status be {@code wanted} with one patch of what differs; without a difference nothing is sent. */
    public T patchStatus(T current, @Nullable Object status, Object wanted) {
        return patchStatus(current, status, wanted, JsonNodeFactory.instance.objectNode());
    }

    /**
     * The same, unless anything of the object has changed since it was read.
     *
     * @throws KubernetesClientException with code 409 if it has: reconcile again
     */
    public T patchStatusIfUnchanged(T current, @Nullable Object status, Object wanted) {
        return patchStatus(current, status, wanted, WriteRequests.ifUnchanged(current));
    }

    private T patchStatus(T current, @Nullable Object status, Object wanted, ObjectNode body) {
        JsonNode before = status == null ? JsonNodeFactory.instance.objectNode() : mapper.valueToTree(status);
        ObjectNode patch = MergePatch.between(before, mapper.valueToTree(wanted));
        droppedFields.removeFrom(patch);
        if (patch.isEmpty()) {
            return current;
        }
        body.set("status", patch);
        T answer = written(writes.patch(current, "/status", body));
        if (answer instanceof CustomResource<?, ?> resource) {
            droppedFields.compare(answer, patch, mapper.valueToTree(resource.getStatus()));
        }
        return answer;
    }

    /** Whether the API server drops that field of the status, because the CustomResourceDefinition is outdated. */
    public boolean dropsStatus(String field) {
        return droppedFields.contains(field);
    }

    /** When to write the status again of which the API server drops something; null if it drops nothing. */
    public @Nullable Duration retryOfDroppedStatus() {
        return droppedFields.isEmpty() ? null : DroppedFields.RETRY_PERIOD;
    }

    /**
     * Makes the finalizers be as wanted. The patch is bound to the resourceVersion that was read, so that a finalizer
     * which somebody else adds meanwhile is not lost.
     *
     * @return the object, or null if it is gone
     * @throws KubernetesClientException with code 409 if the object has changed meanwhile: reconcile again
     */
    public @Nullable T patchFinalizers(T current, List<String> finalizers) {
        return unlessGone(current, () -> {
            if (finalizers.isEmpty() && current.isMarkedForDeletion()) {
                writes.release(current);
                cache.deleted(current);
                return null;
            }
            return written(writes.patch(current, "", WriteRequests.finalizersPatch(current, finalizers)));
        });
    }

    private @Nullable T unlessGone(T current, Supplier<@Nullable T> write) {
        try {
            return write.get();
        } catch (KubernetesClientException e) {
            if (isNotFound(e)) {
                cache.deleted(current);
                return null;
            }
            throw e;
        }
    }

    /** Puts on the finalizers that are missing; see {@link #patchFinalizers}. */
    public @Nullable T addFinalizers(T current, List<String> finalizers) {
        Set<String> all = new LinkedHashSet<>(current.getMetadata().getFinalizers());
        return all.addAll(finalizers) ? patchFinalizers(current, List.copyOf(all)) : current;
    }

    /** Takes finalizers off; see {@link #patchFinalizers}. */
    public @Nullable T removeFinalizers(T current, Collection<String> finalizers) {
        List<String> remaining = new ArrayList<>(current.getMetadata().getFinalizers());
        return remaining.removeAll(finalizers) ? patchFinalizers(current, remaining) : current;
    }

    /**
     * Takes finalizers off an object that is to be deleted next; see {@link #patchFinalizers}. Who manages which of its
     * fields is forgotten with them.
     */
    public void release(T current, Collection<String> finalizers) {
        List<String> remaining = new ArrayList<>(current.getMetadata().getFinalizers());
        if (remaining.removeAll(finalizers)) {
            unlessGone(current, () -> written(writes.releaseLive(current, remaining)));
        }
    }

    /**
     * Deletes this very object (by UID); its dependents go in the background.
     *
     * @return what is left: the object with its deletion time while finalizers or a pod's grace period hold it, or null
     */
    public @Nullable T delete(T object) {
        return delete(object, null);
    }

    /** The same without a grace period: for a pod that nobody is there to end. */
    public @Nullable T deleteNow(T object) {
        return delete(object, 0L);
    }

    private @Nullable T delete(T object, @Nullable Long graceSeconds) {
        DeleteOptions options = new DeleteOptionsBuilder()
                .withGracePeriodSeconds(graceSeconds)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND.toString())
                .withNewPreconditions()
                .withUid(object.getMetadata().getUid())
                .endPreconditions()
                .build();
        try {
            Optional<T> left = writes.leftOf(type, writes.delete(object, options));
            if (left.isPresent() && isHeld(left.get().getMetadata())) {
                return written(left.get());
            }
            cache.deleted(object);
            return null;
        } catch (KubernetesClientException e) {
            if (isNotFound(e) || (isConflict(e) && isReplaced(object))) {
                cache.deleted(object);
                return null;
            }
            throw e;
        }
    }

    /** Whether the name belongs to another object by now, which is the usual reason for a conflict with a deletion. */
    private boolean isReplaced(T object) {
        ObjectMeta metadata = object.getMetadata();
        T live = client.resources(type)
                .inNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .get();
        return live == null || !live.getMetadata().getUid().equals(metadata.getUid());
    }

    /** Whether a deleted object stays for a while: finalizers hold it, or a pod has time to stop. */
    private static boolean isHeld(ObjectMeta metadata) {
        Long grace = metadata.getDeletionGracePeriodSeconds();
        return metadata.getDeletionTimestamp() != null
                && (!metadata.getFinalizers().isEmpty() || (grace != null && grace > 0));
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

    /** Whether the request may have had its effect: no answer, or a failure within the server. */
    private static boolean isOutcomeUnknown(KubernetesClientException e) {
        return e.getCode() <= 0 || e.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR;
    }

    public static boolean isForbidden(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
    }

    /** Whether the API server does not accept the object as it is; admission webhooks choose any of these codes. */
    public static boolean isRefused(KubernetesClientException e) {
        return isForbidden(e) || e.getCode() == UNPROCESSABLE || e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST;
    }
}
