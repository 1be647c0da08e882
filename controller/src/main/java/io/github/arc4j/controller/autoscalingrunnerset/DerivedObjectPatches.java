package io.github.arc4j.controller.autoscalingrunnerset;

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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merge patches that bring live objects to what is wanted. Only the keys that the controller writes are compared: labels
 * and annotations of others stay and trigger nothing.
 */
final class DerivedObjectPatches {
    private final ObjectMapper mapper;

    DerivedObjectPatches(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Replicas and patch ID are the listener's and are never touched. */
    ObjectNode between(EphemeralRunnerSet live, EphemeralRunnerSet wanted) {
        ObjectNode patch = MergePatch.metadata(
                live, wanted.getMetadata().getLabels(), wanted.getMetadata().getAnnotations());
        if (!Owners.sameController(live, wanted)) {
            patch.withObject("metadata")
                    .set(
                            "ownerReferences",
                            mapper.valueToTree(wanted.getMetadata().getOwnerReferences()));
        }
        replaceFinalizer(live, wanted, patch);
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        if (!isAsWanted(wanted, live.getSpec().ephemeralRunnerSpec())) {
            MergePatch.setUnlessEmpty(
                    spec,
                    "ephemeralRunnerSpec",
                    MergePatch.between(
                            mapper.valueToTree(live.getSpec().ephemeralRunnerSpec()),
                            mapper.valueToTree(wanted.getSpec().ephemeralRunnerSpec())));
        }
        MergePatch.setUnlessEmpty(
                spec,
                "ephemeralRunnerMetadata",
                MergePatch.between(
                        mapper.valueToTree(live.getSpec().ephemeralRunnerMetadata()),
                        mapper.valueToTree(wanted.getSpec().ephemeralRunnerMetadata())));
        MergePatch.setUnlessEmpty(patch, "spec", spec);
        return patch;
    }

    /** The patch is bound to the version that was read if it names finalizers, for somebody else may add one meanwhile. */
    private static void replaceFinalizer(EphemeralRunnerSet live, EphemeralRunnerSet wanted, ObjectNode patch) {
        Set<String> finalizers = new LinkedHashSet<>(live.getMetadata().getFinalizers());
        Finalizers.OF_EPHEMERAL_RUNNER_SET.forEach(finalizers::remove);
        finalizers.addAll(wanted.getMetadata().getFinalizers());
        if (!finalizers.equals(Set.copyOf(live.getMetadata().getFinalizers()))) {
            ObjectNode metadata = patch.withObject("metadata");
            metadata.put("resourceVersion", live.getMetadata().getResourceVersion());
            finalizers.forEach(metadata.putArray("finalizers")::add);
        }
    }

    /**
     * A listener that release 0.14.2 of the Go controller made loses the annotations by which that release knows its own:
     * should it come back, it must not take this one, with our image, for up to date.
     */
    ObjectNode between(AutoscalingListener live, AutoscalingListener wanted) {
        Map<String, @Nullable String> annotations =
                new LinkedHashMap<>(wanted.getMetadata().getAnnotations());
        annotations.put(Annotations.LEGACY_RUNNER_SPEC_HASH, null);
        annotations.put(Annotations.VALUES_HASH, null);
        ObjectNode patch = MergePatch.metadata(live, wanted.getMetadata().getLabels(), annotations);
        if (!isAsWanted(wanted, live.getSpec())) {
            MergePatch.setUnlessEmpty(
                    patch,
                    "spec",
                    MergePatch.between(mapper.valueToTree(live.getSpec()), mapper.valueToTree(wanted.getSpec())));
        }
        return patch;
    }

    /** What is there counts, not what its annotation says of it: somebody may have edited it. */
    private static boolean isAsWanted(HasMetadata wanted, Object liveContent) {
        return IntegrityHash.of(liveContent)
                .equals(wanted.getMetadata().getAnnotations().get(Annotations.INTEGRITY_HASH));
    }
}
