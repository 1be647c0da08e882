package io.github.arc4j.controller.autoscalingrunnerset;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.ResourceClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the EphemeralRunnerSet and the AutoscalingListener as their AutoscalingRunnerSet wants them. */
final class DerivedObjectUpdates {
    private static final Logger log = LoggerFactory.getLogger(DerivedObjectUpdates.class);

    private final ResourceClient<EphemeralRunnerSet> runnerSets;
    private final ResourceClient<AutoscalingListener> listeners;
    private final Family family;
    private final DerivedObjects derived;
    private final DerivedObjectPatches patches;

    DerivedObjectUpdates(
            ResourceClient<EphemeralRunnerSet> runnerSets,
            ResourceClient<AutoscalingListener> listeners,
            Family family,
            DerivedObjects derived,
            DerivedObjectPatches patches) {
        this.runnerSets = runnerSets;
        this.listeners = listeners;
        this.family = family;
        this.derived = derived;
        this.patches = patches;
    }

    /** How far an update is. */
    sealed interface Progress {
        /** Everything is as wanted. */
        record Done() implements Progress {}

        /** Something has to end first, which wakes the key. */
        record Waiting(String reason, String message) implements Progress {}

        /** Somebody has to do something. */
        record Blocked(String reason, String message) implements Progress {}
    }

    /** The EphemeralRunnerSet; with {@link UpdateStrategy#EVENTUAL} its template changes only when it has no runners. */
    Progress ensureRunnerSet(AutoscalingRunnerSet set) {
        EphemeralRunnerSet wanted = derived.runnerSet(set);
        String name = wanted.getMetadata().getName();
        EphemeralRunnerSet live = runnerSets.get(wanted.getMetadata().getNamespace(), name);
        if (live == null) {
            runnerSets.createOrAdopt(wanted);
            log.info("Created EphemeralRunnerSet {}", name);
        } else if (live.isMarkedForDeletion()) {
            return new Progress.Waiting("RunnerSetEnding", "the former EphemeralRunnerSet ends, then comes a new one");
        } else if (!Owners.isFree(live, set)) {
            return new Progress.Blocked(
                    "RunnerSetNameTaken",
                    "EphemeralRunnerSet %s belongs to another object: rename one of them".formatted(name));
        } else {
            ObjectNode patch = patches.between(live, wanted);
            if (patch.at("/spec").has("ephemeralRunnerSpec")
                    && derived.updateStrategy() == UpdateStrategy.EVENTUAL
                    && !drain(set, live)) {
                return new Progress.Waiting(
                        "Draining", "the change waits for the jobs to end (update strategy eventual)");
            }
            if (!patch.isEmpty()) {
                runnerSets.patch(live, patch);
                logUpdate("EphemeralRunnerSet", name, patch);
            }
        }
        removeFormerRunnerSets(wanted, set);
        return new Progress.Done();
    }

    /** The listener goes first, for it would ask for runners again. */
    private boolean drain(AutoscalingRunnerSet set, EphemeralRunnerSet live) {
        if (!stopListener(set)) {
            return false;
        }
        EphemeralRunnerSet drained = live;
        if (live.getSpec().replicas() != 0 || live.getSpec().patchID() != 0) {
            ObjectNode patch = JsonNodeFactory.instance.objectNode();
            patch.putObject("spec").put("patchID", 0).putNull("replicas");
            drained = runnerSets.patch(live, patch);
        }
        EphemeralRunnerSetStatus status = drained.getStatus();
        return status != null
                && (runnerSets.dropsStatus("observedGeneration")
                        || Objects.equals(
                                status.observedGeneration(),
                                drained.getMetadata().getGeneration()))
                && status.pendingEphemeralRunners() + status.runningEphemeralRunners() == 0;
    }

    /** Earlier versions made a new set for each change; theirs finish their jobs and go. */
    private void removeFormerRunnerSets(EphemeralRunnerSet wanted, AutoscalingRunnerSet set) {
        family.runnerSets(set).stream()
                .filter(other -> !other.getMetadata()
                        .getName()
                        .equals(wanted.getMetadata().getName()))
                .filter(other -> !other.isMarkedForDeletion())
                .forEach(other -> {
                    runnerSets.delete(other);
                    log.info(
                            "Deleted EphemeralRunnerSet {} of an earlier version; its jobs finish",
                            other.getMetadata().getName());
                });
    }

    /** Whether there is none any more. */
    boolean stopListener(AutoscalingRunnerSet set) {
        family.listeners(set).stream()
                .filter(listener -> !listener.isMarkedForDeletion())
                .forEach(this::delete);
        return family.listeners(set).isEmpty();
    }

    /** The listener; one by another name goes first, for the two would compete for the session. */
    Progress ensureListener(AutoscalingRunnerSet set) {
        AutoscalingListener wanted = derived.listener(set);
        AutoscalingListener live = listeners.get(
                wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
        if (live != null && !isOfSameSet(live.getSpec(), wanted.getSpec())) {
            return nameTaken(live);
        }
        boolean waiting = false;
        for (AutoscalingListener present : family.listeners(set)) {
            boolean isWanted =
                    present.getMetadata().getName().equals(wanted.getMetadata().getName());
            if (!isWanted && !present.isMarkedForDeletion()) {
                delete(present);
            }
            waiting |= !isWanted || present.isMarkedForDeletion();
        }
        if (waiting && !family.listeners(set).isEmpty()) {
            return new Progress.Waiting("ListenerReplaced", "the former listener stops, then comes a new one");
        }
        if (live == null) {
            return create(wanted);
        }
        ObjectNode patch = patches.between(live, wanted);
        if (!patch.isEmpty()) {
            listeners.patch(live, patch);
            logUpdate("AutoscalingListener", live.getMetadata().getName(), patch);
        }
        return new Progress.Done();
    }

    private void delete(AutoscalingListener listener) {
        listeners.delete(listener);
        log.info("Deleted AutoscalingListener {}", listener.getMetadata().getName());
    }

    /** Fields by name only: among their values may be secrets of users. */
    private static void logUpdate(String kind, String name, ObjectNode patch) {
        if (log.isInfoEnabled()) {
            List<String> fields = new ArrayList<>();
            patch.path("spec").fieldNames().forEachRemaining(fields::add);
            log.info("Updated {} {}: {}", kind, name, fields.isEmpty() ? "labels or annotations" : fields);
        }
    }

    private Progress create(AutoscalingListener wanted) {
        try {
            listeners.create(wanted);
            log.info("Created AutoscalingListener {}", wanted.getMetadata().getName());
            return new Progress.Done();
        } catch (KubernetesClientException e) {
            AutoscalingListener other = ResourceClient.isAlreadyExisting(e)
                    ? listeners.getLive(
                            wanted.getMetadata().getNamespace(),
                            wanted.getMetadata().getName())
                    : null;
            if (other != null && !isOfSameSet(other.getSpec(), wanted.getSpec())) {
                return nameTaken(other);
            }
            throw e;
        }
    }

    private static boolean isOfSameSet(AutoscalingListenerSpec live, AutoscalingListenerSpec wanted) {
        return live.autoscalingRunnerSetNamespace().equals(wanted.autoscalingRunnerSetNamespace())
                && live.autoscalingRunnerSetName().equals(wanted.autoscalingRunnerSetName());
    }

    /**
     * The names end with a hash of 32 bits, for which a text of choice is found within a minute. Two scale sets that wrote
     * to one listener would take the jobs from each other for ever.
     */
    private static Progress nameTaken(AutoscalingListener other) {
        AutoscalingListenerSpec spec = other.getSpec();
        return new Progress.Blocked(
                "ListenerNameTaken",
                "AutoscalingListener %s belongs to AutoscalingRunnerSet %s/%s: rename one of them"
                        .formatted(
                                other.getMetadata().getName(),
                                spec.autoscalingRunnerSetNamespace(),
                                spec.autoscalingRunnerSetName()));
    }
}
