package io.github.arc4j.controller.autoscalingrunnerset;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.controller.autoscalingrunnerset.derived.DerivedObjectPatches;
import io.github.arc4j.controller.autoscalingrunnerset.derived.DerivedObjects;
import io.github.arc4j.controller.autoscalingrunnerset.derived.UpdateStrategy;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the EphemeralRunnerSet and the AutoscalingListener of an AutoscalingRunnerSet in the desired state. */
final class DerivedObjectUpdates {
    private static final Logger log = LoggerFactory.getLogger(DerivedObjectUpdates.class);

    /**
     * How many more listeners than sets a namespace may have. No quota of that namespace counts listeners, and their
     * pods may take a minute to end, so whoever removes finalizers and creates sets again could use up the quota of the
     * controller's namespace.
     */
    private static final int MAX_SURPLUS_LISTENERS = 5;

    private static final String BY_NAME = "name";

    private final ResourceClient<EphemeralRunnerSet> runnerSets;
    private final ResourceClient<AutoscalingListener> listeners;
    private final ResourceCache<RoleBinding> roleBindings;
    private final RelatedObjects related;
    private final DerivedObjects derived;
    private final DerivedObjectPatches patches;

    DerivedObjectUpdates(Resources resources, RelatedObjects related, DerivedObjects derived) {
        this.runnerSets = resources.ephemeralRunnerSets();
        this.listeners = resources.autoscalingListeners();
        this.roleBindings = resources
                .roleBindings()
                .cache()
                .index(BY_NAME, binding -> List.of(binding.getMetadata().getName()));
        this.related = related;
        this.derived = derived;
        this.patches = new DerivedObjectPatches(resources.mapper());
    }

    sealed interface Progress {
        /** The object is in the desired state. */
        record Done() implements Progress {}

        /** Another object must be deleted first, which requeues the key. */
        record Waiting(Health problem) implements Progress {}

        /** The user must act, or time must pass; nothing requeues the key. */
        record Blocked(Health problem) implements Progress {}
    }

    /**
     * Creates or updates the EphemeralRunnerSet; with {@link UpdateStrategy#EVENTUAL} its template changes only when it
     * has no runners.
     */
    Progress ensureRunnerSet(AutoscalingRunnerSet set) {
        EphemeralRunnerSet desired = derived.runnerSet(set);
        String name = desired.getMetadata().getName();
        EphemeralRunnerSet live = runnerSets.get(Request.of(desired));
        if (live == null) {
            runnerSets.createOrAdopt(desired);
            log.info("Created EphemeralRunnerSet {}", name);
        } else if (live.isMarkedForDeletion()) {
            return new Progress.Waiting(Health.problem(
                    "RunnerSetEnding",
                    "the previous EphemeralRunnerSet is being deleted; a new one is created afterwards"));
        } else if (!Owners.isFree(live, set)) {
            return new Progress.Blocked(Health.problem(
                    "RunnerSetNameTaken",
                    "EphemeralRunnerSet %s belongs to another object: rename one of them".formatted(name)));
        } else {
            ObjectNode patch = patches.between(live, desired);
            if (patch.at("/spec").has("ephemeralRunnerSpec")
                    && derived.updateStrategy() == UpdateStrategy.EVENTUAL
                    && !drain(set, live)) {
                return new Progress.Waiting(Health.problem(
                        "Draining", "the change takes effect when all jobs have finished (update strategy eventual)"));
            }
            if (!patch.isEmpty()) {
                runnerSets.patch(live, patch);
                logUpdate("EphemeralRunnerSet", name, patch);
            }
        }
        removePreviousRunnerSets(desired, set);
        return new Progress.Done();
    }

    /** Stops the listener first, because it would request runners again, then the idle runners. */
    private boolean drain(AutoscalingRunnerSet set, EphemeralRunnerSet live) {
        stopListener(set);
        return !hasListeners(set) && isDrained(set, withoutReplicas(live));
    }

    private EphemeralRunnerSet withoutReplicas(EphemeralRunnerSet live) {
        if (live.getSpec().replicas() == 0 && live.getSpec().patchID() == 0) {
            return live;
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("spec").put("patchID", 0).putNull("replicas");
        return runnerSets.patch(live, patch);
    }

    private boolean isDrained(AutoscalingRunnerSet set, EphemeralRunnerSet runnerSet) {
        EphemeralRunnerSetStatus status = runnerSet.getStatus();
        return status != null
                && (runnerSets.dropsStatus(set.getMetadata().getNamespace(), "observedGeneration")
                        || Objects.equals(
                                status.observedGeneration(),
                                runnerSet.getMetadata().getGeneration()))
                && status.pendingEphemeralRunners() + status.runningEphemeralRunners() == 0;
    }

    /** Earlier versions created a new set for each change; those sets are deleted when their jobs finish. */
    private void removePreviousRunnerSets(EphemeralRunnerSet desired, AutoscalingRunnerSet set) {
        related.runnerSets(set).stream()
                .filter(other -> !other.getMetadata()
                        .getName()
                        .equals(desired.getMetadata().getName()))
                .filter(other -> !other.isMarkedForDeletion())
                .forEach(other -> {
                    runnerSets.delete(other);
                    log.info(
                            "Deleted EphemeralRunnerSet {} of an earlier version; its running jobs can finish",
                            other.getMetadata().getName());
                });
    }

    /** Deletes the listener, which then closes its session and stops. */
    void stopListener(AutoscalingRunnerSet set) {
        related.listeners(set).stream()
                .filter(listener -> !listener.isMarkedForDeletion())
                .forEach(this::delete);
    }

    private boolean hasListeners(AutoscalingRunnerSet set) {
        return !related.listeners(set).isEmpty();
    }

    /**
     * Creates or updates the listener. A listener with another name is deleted first, because the two would compete for
     * the session.
     */
    Progress ensureListener(AutoscalingRunnerSet set) {
        List<AutoscalingListener> own = related.listeners(set);
        AutoscalingListener desired = desiredListener(set, own);
        AutoscalingListener live = findNamesake(own, desired);
        boolean waiting = false;
        for (AutoscalingListener present : own) {
            if (present != live && !present.isMarkedForDeletion()) {
                delete(present);
            }
            waiting |= present != live || present.isMarkedForDeletion();
        }
        if (waiting && hasListeners(set)) {
            return new Progress.Waiting(Health.problem(
                    "ListenerReplaced", "the previous listener is stopping; a new one is created afterwards"));
        }
        if (live == null) {
            String namespace = set.getMetadata().getNamespace();
            int surplus = related.surplusListeners(namespace);
            if (surplus >= MAX_SURPLUS_LISTENERS) {
                return new Progress.Blocked(Health.problem(
                        "ListenersEnding",
                        "namespace %s has %d more listeners than scale sets, because those of deleted ones are still stopping; the listener is created afterwards"
                                .formatted(namespace, surplus)));
            }
            createListener(set, desired);
            return new Progress.Done();
        }
        ObjectNode patch = patches.between(live, desired);
        if (!patch.isEmpty()) {
            listeners.patch(live, patch);
            logUpdate("AutoscalingListener", live.getMetadata().getName(), patch);
        }
        return new Progress.Done();
    }

    /**
     * A listener keeps its name: with a unique one, it stays even if the usual one has become free. The usual names end
     * with a 32-bit hash, for which a collision can be found within a minute. Two scale sets that wrote to one listener
     * would keep taking jobs from each other. Nor may a listener inherit the permissions of a former one: a RoleBinding
     * that could not be deleted stays in its namespace, and refers to the account of a listener by its name.
     */
    private AutoscalingListener desiredListener(AutoscalingRunnerSet set, List<AutoscalingListener> own) {
        AutoscalingListener usual = derived.listener(set);
        AutoscalingListener holder = listeners.get(Request.of(usual));
        if (holder != null && isOfSameSet(holder.getSpec(), usual.getSpec())) {
            return usual;
        }
        AutoscalingListener unique = derived.listenerWithUniqueName(set);
        boolean isTaken = holder != null || isBoundElsewhere(usual) || findNamesake(own, unique) != null;
        return isTaken ? unique : usual;
    }

    private boolean isBoundElsewhere(AutoscalingListener listener) {
        return roleBindings.byIndex(BY_NAME, listener.getMetadata().getName()).stream()
                .anyMatch(binding -> !binding.getMetadata()
                        .getNamespace()
                        .equals(listener.getSpec().autoscalingRunnerSetNamespace()));
    }

    private static @Nullable AutoscalingListener findNamesake(
            List<AutoscalingListener> listeners, AutoscalingListener desired) {
        return listeners.stream()
                .filter(listener -> listener.getMetadata()
                        .getName()
                        .equals(desired.getMetadata().getName()))
                .findAny()
                .orElse(null);
    }

    private void delete(AutoscalingListener listener) {
        listeners.delete(listener);
        log.info("Deleted AutoscalingListener {}", listener.getMetadata().getName());
    }

    /** Logs only the names of the fields, because their values may contain secrets. */
    private static void logUpdate(String kind, String name, ObjectNode patch) {
        if (log.isInfoEnabled()) {
            List<String> fields = new ArrayList<>();
            patch.path("spec").fieldNames().forEachRemaining(fields::add);
            log.info("Updated {} {}: {}", kind, name, fields.isEmpty() ? "labels or annotations" : fields);
        }
    }

    /** The cache may lack a listener that has the usual name. */
    private void createListener(AutoscalingRunnerSet set, AutoscalingListener desired) {
        try {
            create(desired);
        } catch (KubernetesClientException e) {
            AutoscalingListener holder =
                    ResourceClient.isAlreadyExisting(e) ? listeners.getLive(Request.of(desired)) : null;
            if (holder == null || isOfSameSet(holder.getSpec(), desired.getSpec())) {
                throw e;
            }
            create(derived.listenerWithUniqueName(set));
        }
    }

    private void create(AutoscalingListener listener) {
        listeners.create(listener);
        log.info("Created AutoscalingListener {}", listener.getMetadata().getName());
    }

    private static boolean isOfSameSet(AutoscalingListenerSpec live, AutoscalingListenerSpec desired) {
        return live.autoscalingRunnerSetNamespace().equals(desired.autoscalingRunnerSetNamespace())
                && live.autoscalingRunnerSetName().equals(desired.autoscalingRunnerSetName());
    }
}
