package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The observed state of one listener. The Go controller never writes it.
 *
 * @param conditions what the object waits for, or what is wrong with it; one entry per type
 * @param observedGeneration generation of the spec that this status describes; null until the first write
 * @param session what a shared listener reports about the message session; null if the listener has its own pod
 */
@ApiObject
public record AutoscalingListenerStatus(
        @JsonPropertyDescription("What the object waits for, or what is wrong with it; one entry per type")
        List<Condition> conditions,

        @JsonPropertyDescription("Generation of the spec that this status describes")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Long observedGeneration,

        @JsonPropertyDescription(
                "What a shared listener reports about the message session; absent if the listener has its own pod")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable ListenerSession session) {
    /** The status before the first write. */
    public static final AutoscalingListenerStatus EMPTY = new AutoscalingListenerStatus(List.of(), null, null);

    /** Replaces null with empty values. */
    public AutoscalingListenerStatus {
        conditions = Normal.conditions(conditions);
    }
}
