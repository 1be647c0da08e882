package io.github.arc4j.controller.autoscalingrunnerset.derived;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.Owners;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merge patches that bring live objects to the desired state. Only the keys that the controller writes are compared:
 * labels and annotations that others added are kept and cause no patch.
 */
public final class DerivedObjectPatches {
    private final ObjectMapper mapper;

    public DerivedObjectPatches(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** A patch for a runner set. Never changes replicas and patch ID, which the listener writes. */
    public ObjectNode between(EphemeralRunnerSet live, EphemeralRunnerSet desired) {
        ObjectNode patch = MergePatch.metadata(
                live, desired.getMetadata().getLabels(), desired.getMetadata().getAnnotations());
        if (!Owners.sameController(live, desired)) {
            patch.withObject("metadata")
                    .set(
                            "ownerReferences",
                            mapper.valueToTree(desired.getMetadata().getOwnerReferences()));
        }
        replaceFinalizer(live, desired, patch);
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        if (!matches(desired, live.getSpec().ephemeralRunnerSpec())) {
            MergePatch.setUnlessEmpty(
                    spec,
                    "ephemeralRunnerSpec",
                    MergePatch.between(
                            mapper.valueToTree(live.getSpec().ephemeralRunnerSpec()),
                            mapper.valueToTree(desired.getSpec().ephemeralRunnerSpec())));
        }
        MergePatch.setUnlessEmpty(
                spec,
                "ephemeralRunnerMetadata",
                MergePatch.between(
                        mapper.valueToTree(live.getSpec().ephemeralRunnerMetadata()),
                        mapper.valueToTree(desired.getSpec().ephemeralRunnerMetadata())));
        if (!Objects.equals(live.getSpec().policy(), desired.getSpec().policy())) {
            spec.set("policy", policy(live, desired));
        }
        MergePatch.setUnlessEmpty(patch, "spec", spec);
        return patch;
    }

    private JsonNode policy(EphemeralRunnerSet live, EphemeralRunnerSet desired) {
        return live.getSpec().policy() == null || desired.getSpec().policy() == null
                ? mapper.valueToTree(desired.getSpec().policy())
                : MergePatch.between(
                        mapper.valueToTree(live.getSpec().policy()),
                        mapper.valueToTree(desired.getSpec().policy()));
    }

    /**
     * A patch with finalizers contains the resource version that was read, because another client may add a finalizer
     * concurrently.
     */
    private static void replaceFinalizer(EphemeralRunnerSet live, EphemeralRunnerSet desired, ObjectNode patch) {
        Set<String> finalizers = new LinkedHashSet<>(live.getMetadata().getFinalizers());
        Finalizers.OF_EPHEMERAL_RUNNER_SET.forEach(finalizers::remove);
        finalizers.addAll(desired.getMetadata().getFinalizers());
        if (!finalizers.equals(Set.copyOf(live.getMetadata().getFinalizers()))) {
            ObjectNode metadata = patch.withObject("metadata");
            metadata.put("resourceVersion", live.getMetadata().getResourceVersion());
            finalizers.forEach(metadata.putArray("finalizers")::add);
        }
    }

    /**
     * A patch for a listener. Removes the annotations with which release 0.14.2 of the Go controller recognizes its own
     * listeners: after a rollback, that release must not treat this listener, with this controller's image, as up to
     * date.
     */
    public ObjectNode between(AutoscalingListener live, AutoscalingListener desired) {
        Map<String, @Nullable String> annotations =
                new LinkedHashMap<>(desired.getMetadata().getAnnotations());
        annotations.put(Annotations.LEGACY_RUNNER_SPEC_HASH, null);
        annotations.put(Annotations.VALUES_HASH, null);
        ObjectNode patch = MergePatch.metadata(live, desired.getMetadata().getLabels(), annotations);
        if (!matches(desired, live.getSpec())) {
            MergePatch.setUnlessEmpty(
                    patch,
                    "spec",
                    MergePatch.between(mapper.valueToTree(live.getSpec()), mapper.valueToTree(desired.getSpec())));
        }
        return patch;
    }

    /** Compares the live content, not its hash annotation, because users may have edited the object. */
    private static boolean matches(HasMetadata desired, Object liveContent) {
        return IntegrityHash.of(liveContent)
                .equals(desired.getMetadata().getAnnotations().get(Annotations.INTEGRITY_HASH));
    }
}
