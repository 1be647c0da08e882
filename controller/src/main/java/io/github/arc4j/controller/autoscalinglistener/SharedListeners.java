package io.github.arc4j.controller.autoscalinglistener;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.ListenerSession;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards.Shard;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands listeners to the processes that host many of them. Such a process watches the AutoscalingListeners with its
 * number in a label, and reads a listener's Secrets again when the hash in an annotation changes; it says in
 * {@code status.session} how the listener is doing.
 */
final class SharedListeners {
    private static final String PODS_BY_SHARD = "shared-listener";
    private static final String LISTENERS_BY_SHARD = "shard";

    /** A process ends a session within 5 seconds; one that does not answer must not hold up a deletion. */
    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(10);

    private final ResourceClient<AutoscalingListener> listeners;
    private final ResourceCache<Pod> pods;
    private final ListenerShards shards;
    private final Clock clock;

    /** Adds its indexes to the caches. */
    SharedListeners(
            ResourceClient<AutoscalingListener> listeners,
            ResourceCache<Pod> pods,
            ListenerShards shards,
            Clock clock) {
        this.listeners = listeners;
        this.pods = pods;
        this.shards = shards;
        this.clock = clock;
        pods.index(
                PODS_BY_SHARD,
                pod -> isSharedListener(pod) ? List.of(key(pod.getMetadata(), shardOf(pod))) : List.of());
        listeners
                .cache()
                .index(
                        LISTENERS_BY_SHARD,
                        listener -> shardOf(listener) == null
                                ? List.of()
                                : List.of(key(listener.getMetadata(), shardOf(listener))));
    }

    /** The listeners that a pod hosts; none if it is no shared listener. */
    static Collection<Request> hostedBy(Pod pod, ResourceCache<AutoscalingListener> listeners) {
        return isSharedListener(pod)
                ? listeners.byIndex(LISTENERS_BY_SHARD, key(pod.getMetadata(), shardOf(pod))).stream()
                        .map(Request::of)
                        .toList()
                : List.of();
    }

    private static boolean isSharedListener(Pod pod) {
        Map<String, String> labels =
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
        return Labels.COMPONENT_SHARED_LISTENER.equals(labels.get(Labels.COMPONENT))
                && labels.containsKey(Labels.LISTENER_SHARD);
    }

    /** Whether a process that hosts many is to host the listener. */
    static boolean isHosted(AutoscalingListener listener) {
        return shardOf(listener) != null;
    }

    private static @Nullable String shardOf(HasMetadata object) {
        return object.getMetadata().getLabels() == null
                ? null
                : object.getMetadata().getLabels().get(Labels.LISTENER_SHARD);
    }

    private static String key(ObjectMeta metadata, @Nullable String shard) {
        return metadata.getNamespace() + "/" + shard;
    }

    /** Which of them is to host the listener; null if it has a pod of its own. */
    @Nullable Shard shard(AutoscalingListener listener) {
        return shards.of(listener);
    }

    /**
     * Has the process host the listener, with the configuration of this hash.
     *
     * @param shard null takes it from the process that hosts it, if any
     */
    AutoscalingListener assign(AutoscalingListener listener, @Nullable Shard shard, String configHash) {
        String label = shard == null ? null : shard.label();
        String annotation = shard == null ? null : configHash;
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        put(metadata, "labels", listener.getMetadata().getLabels(), Labels.LISTENER_SHARD, label);
        put(
                metadata,
                "annotations",
                listener.getMetadata().getAnnotations(),
                Annotations.LISTENER_CONFIG_HASH,
                annotation);
        if (metadata.isEmpty()) {
            return listener;
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.set("metadata", metadata);
        return listeners.patch(listener, patch);
    }

    private static void put(
            ObjectNode metadata, String map, @Nullable Map<String, String> live, String key, @Nullable String wanted) {
        if (!Objects.equals(live == null ? null : live.get(key), wanted)) {
            metadata.putObject(map).put(key, wanted);
        }
    }

    /** How long to wait for the process that hosts a deleted listener to end its session; zero if that is over. */
    Duration untilReleased(AutoscalingListener listener) {
        String shard = shardOf(listener);
        ListenerSession session = session(listener);
        boolean ended = session != null && session.state().equals(ListenerSession.STOPPED);
        if (shard == null || ended || runningPods(listener, shard).isEmpty()) {
            return Duration.ZERO;
        }
        Instant limit =
                Instant.parse(listener.getMetadata().getDeletionTimestamp()).plus(RELEASE_LIMIT);
        Duration rest = Duration.between(clock.instant(), limit);
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    /** How the listener is doing in the process that hosts it. */
    Readiness readiness(AutoscalingListener listener, Shard shard) {
        List<Pod> running = runningPods(listener, shard.label());
        if (running.isEmpty()) {
            return new Readiness(
                    false,
                    false,
                    "SharedListenerMissing",
                    "no pod of the shared listener %s is ready; see its Deployment".formatted(shard.name()));
        }
        ListenerSession session = session(listener);
        Optional<String> holder = running.stream()
                .map(pod -> pod.getMetadata().getName())
                .filter(name -> session != null && name.equals(session.holder()))
                .findFirst();
        if (session == null || holder.isEmpty() || session.state().equals(ListenerSession.STOPPED)) {
            return new Readiness(
                    false,
                    false,
                    Readiness.STARTING,
                    "the shared listener %s has not begun with it yet".formatted(shard.name()));
        }
        return session.message().isEmpty()
                ? new Readiness(true, true, Readiness.LISTENING, "the listener waits for jobs in pod " + holder.get())
                : new Readiness(true, false, Readiness.reason(session.state()), session.message());
    }

    private static @Nullable ListenerSession session(AutoscalingListener listener) {
        return listener.getStatus() == null ? null : listener.getStatus().session();
    }

    private List<Pod> runningPods(AutoscalingListener listener, String shard) {
        return pods.byIndex(PODS_BY_SHARD, key(listener.getMetadata(), shard)).stream()
                .filter(pod -> !pod.isMarkedForDeletion() && Readiness.isReady(pod))
                .toList();
    }
}
