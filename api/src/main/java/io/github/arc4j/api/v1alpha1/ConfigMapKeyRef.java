package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a ConfigMap in the same namespace.
 *
 * @param name name of the ConfigMap
 * @param key key in the ConfigMap
 * @param optional accepted, without effect
 */
@ApiObject
public record ConfigMapKeyRef(
        @JsonPropertyDescription("Name of the ConfigMap") String name,

        @JsonPropertyDescription("Key in the ConfigMap") @Required @JsonInclude(JsonInclude.Include.ALWAYS)
        String key,

        @JsonPropertyDescription("Accepted and ignored") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean optional) {
    /** Replaces null with empty values. */
    public ConfigMapKeyRef {
        name = Normal.text(name);
        key = Normal.text(key);
    }
}
