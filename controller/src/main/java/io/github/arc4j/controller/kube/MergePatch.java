package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON merge patches (RFC 7386). */
public final class MergePatch {
    private MergePatch() {}

    /**
     * The smallest patch that turns {@code before} into {@code after}; empty if they are equal. Lists are replaced as a
     * whole. A missing key and a null value are equal.
     */
    public static ObjectNode between(JsonNode before, JsonNode after) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        before.properties().forEach(entry -> {
            if (!entry.getValue().isNull() && !after.hasNonNull(entry.getKey())) {
                patch.set(entry.getKey(), NullNode.getInstance());
            }
        });
        after.properties().forEach(entry -> {
            JsonNode desired = entry.getValue();
            JsonNode current = before.path(entry.getKey());
            if (desired.isNull() || desired.equals(current)) {
                return;
            }
            if (desired.isObject() && current.isObject()) {
                setUnlessEmpty(patch, entry.getKey(), between(current, desired));
            } else {
                patch.set(entry.getKey(), desired);
            }
        });
        return patch;
    }

    /**
     * A patch with the labels and annotations that differ; empty if none do. A null value removes the key; other keys
     * are kept.
     */
    public static ObjectNode metadata(
            HasMetadata live,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, @Nullable String> annotations) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        setUnlessEmpty(metadata, "labels", differences(live.getMetadata().getLabels(), labels));
        setUnlessEmpty(metadata, "annotations", differences(live.getMetadata().getAnnotations(), annotations));
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        setUnlessEmpty(patch, "metadata", metadata);
        return patch;
    }

    private static ObjectNode differences(
            @Nullable Map<String, String> live, @Nullable Map<String, @Nullable String> desired) {
        ObjectNode differences = JsonNodeFactory.instance.objectNode();
        Map<String, String> current = live == null ? Map.of() : live;
        if (desired != null) {
            desired.forEach((key, value) -> {
                if (!Objects.equals(current.get(key), value)) {
                    differences.put(key, value);
                }
            });
        }
        return differences;
    }

    /** Adds a part of a patch unless it is empty. */
    public static void setUnlessEmpty(ObjectNode parent, String key, ObjectNode child) {
        if (!child.isEmpty()) {
            parent.set(key, child);
        }
    }

    /** A patch that sets one annotation, or removes it if the value is null. */
    public static ObjectNode annotation(String key, @Nullable String value) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").putObject("annotations").put(key, value);
        return patch;
    }
}
