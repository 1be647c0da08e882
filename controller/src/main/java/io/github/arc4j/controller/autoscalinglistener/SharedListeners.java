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
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assigns listeners to shared listeners, processes that host many of them. Such a process watches the
 * AutoscalingListeners that are labeled with its number, rereads a listener's Secrets when the hash in an annotation
 * changes, and reports the listener's state in {@code status.session}.
 */
public final class SharedListeners {
    private static final Logger log = LoggerFactory.getLogger(SharedListeners.class);

    private static final String PODS_BY_SHARD = "shared-listener";
    private static final String LISTENERS_BY_SHARD = "shard";

    /** A shared listener closes a session within 5 seconds; one that does not respond must not block a deletion. */
    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(10);

    private final ResourceClient<AutoscalingListener> listeners;
    private final ResourceCache<Pod> pods;
    private final ListenerShards shards;
    private final HostingRules rules;
    private final Clock clock;

    /** Adds its indexes to the caches. */
    SharedListeners(Resources resources, ListenerShards shards, Clock clock) {
        this.listeners = resources.autoscalingListeners();
        this.pods = resources.pods().cache();
        this.shards = shards;
        this.rules = new HostingRules(shards, resources.mapper());
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

    /** The listeners that a pod hosts; none if it is not a shared listener. */
    public static Collection<Request> hostedBy(Pod pod, ResourceCache<AutoscalingListener> listeners) {
        return isSharedListener(pod)
                ? listeners.byIndex(LISTENERS_BY_SHARD, key(pod.getMetadata(), shardOf(pod))).stream()
                        .map(Request::of)
                        .toList()
                : List.of();
    }

    private static boolean isSharedListener(Pod pod) {
        return Labels.COMPONENT_SHARED_LISTENER.equals(Labels.get(pod, Labels.COMPONENT)) && shardOf(pod) != null;
    }

    /** Whether the listener is assigned to a shared listener. */
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

    /** The shared listener that should host the listener; null if it has a dedicated pod. */
    @Nullable Shard shard(AutoscalingListener listener) {
        return whyDedicated(listener).isPresent() ? null : shards.of(listener);
    }

    /** Why the listener has a dedicated pod although there are shared listeners. */
    Optional<Health> whyDedicated(AutoscalingListener listener) {
        return rules.obstacle(listener.getSpec());
    }

    /**
     * Assigns the listener to a shared listener.
     *
     * @param configHash hash of the configuration that the shared listener must read
     */
    AutoscalingListener assign(AutoscalingListener listener, Shard shard, String configHash) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(Annotations.LISTENER_CONFIG_HASH, configHash);
        annotations.put(Annotations.LEFT_SHARED_LISTENER, null);
        ObjectNode patch = MergePatch.metadata(listener, Map.of(Labels.LISTENER_SHARD, shard.label()), annotations);
        if (patch.isEmpty()) {
            return listener;
        }
        AutoscalingListener assigned = listeners.patch(listener, patch);
        if (patch.path("metadata").has("labels")) {
            log.info("Moved to the shared listener {}", shard.name());
        }
        return assigned;
    }

    /**
     * Removes the listener from its shared listener, which then closes the session.
     *
     * @param next the shared listener that should host it, which it does not leave; null if none should
     */
    AutoscalingListener leave(AutoscalingListener listener, @Nullable Shard next) {
        String current = shardOf(listener);
        if (current == null || next != null && next.label().equals(current)) {
            return listener;
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.putObject("labels").putNull(Labels.LISTENER_SHARD);
        metadata.putObject("annotations")
                .put(Annotations.LEFT_SHARED_LISTENER, clock.instant().toString())
                .putNull(Annotations.LISTENER_CONFIG_HASH);
        AutoscalingListener left = listeners.patch(listener, patch);
        log.info("Left the shared listener {}", current);
        return left;
    }

    /**
     * How long to wait for the shared listener of a listener that was deleted, or has left it, to close the session and
     * report that; until then, it needs its permissions. Zero if nothing keeps the listener.
     */
    Duration untilReleased(AutoscalingListener listener) {
        Instant since = leavingSince(listener);
        if (since == null || !mayHaveSession(listener)) {
            return Duration.ZERO;
        }
        Duration remaining = Duration.between(clock.instant(), since.plus(RELEASE_TIMEOUT));
        return remaining.isNegative() ? Duration.ZERO : Collections.min(List.of(remaining, RELEASE_TIMEOUT));
    }

    private static @Nullable Instant leavingSince(AutoscalingListener listener) {
        String since = isHosted(listener)
                ? listener.getMetadata().getDeletionTimestamp()
                : Annotations.get(listener, Annotations.LEFT_SHARED_LISTENER);
        try {
            return since == null || since.isEmpty() ? null : Instant.parse(since);
        } catch (DateTimeParseException e) {
            return null; // edited by somebody
        }
    }

    private boolean mayHaveSession(AutoscalingListener listener) {
        ListenerSession session = session(listener);
        if (session != null && session.state().equals(ListenerSession.STOPPED)) {
            return false;
        }
        String shard = shardOf(listener);
        if (shard != null) {
            return !runningPods(listener, shard).isEmpty();
        }
        Pod holder = session == null ? null : pods.get(listener.getMetadata().getNamespace(), session.holder());
        return holder != null && isRunning(holder);
    }

    /** Readiness of a listener that a shared listener hosts. */
    Readiness readiness(AutoscalingListener listener, Shard shard) {
        List<Pod> running = runningPods(listener, shard.label());
        if (running.isEmpty()) {
            return new Readiness(
                    false,
                    Health.problem(
                            "SharedListenerMissing",
                            "no pod of the shared listener %s is ready; see its Deployment".formatted(shard.name())));
        }
        ListenerSession session = session(listener);
        Optional<String> holder = running.stream()
                .map(pod -> pod.getMetadata().getName())
                .filter(name -> session != null && name.equals(session.holder()))
                .findFirst();
        if (session == null || holder.isEmpty() || session.state().equals(ListenerSession.STOPPED)) {
            return new Readiness(
                    false,
                    Health.problem(
                            Readiness.STARTING,
                            "the shared listener %s has not started this listener yet".formatted(shard.name())));
        }
        return session.message().isEmpty()
                ? new Readiness(
                        true, Health.ok(Readiness.LISTENING, "the listener is waiting for jobs in pod " + holder.get()))
                : new Readiness(true, Health.problem(Readiness.reason(session.state()), session.message()));
    }

    private static @Nullable ListenerSession session(AutoscalingListener listener) {
        return listener.statusOrEmpty().session();
    }

    private List<Pod> runningPods(AutoscalingListener listener, String shard) {
        return pods.byIndex(PODS_BY_SHARD, key(listener.getMetadata(), shard)).stream()
                .filter(SharedListeners::isRunning)
                .toList();
    }

    private static boolean isRunning(Pod pod) {
        return !pod.isMarkedForDeletion() && Readiness.isReady(pod);
    }
}
