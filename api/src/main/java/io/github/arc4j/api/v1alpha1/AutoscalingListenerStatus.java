package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The observed state of one listener. The Go controller never writes it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record AutoscalingListenerStatus(
        @JsonPropertyDescription("What the object waits for or suffers from, one entry per type")
        List<Condition> conditions,

        @JsonPropertyDescription("Generation of the spec that this status describes")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Long observedGeneration,

        @JsonPropertyDescription(
                "What a shared listener says of its message session; absent if the listener has a pod of its own")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable ListenerSession session) {
    /** The status before the first write. */
    public static final AutoscalingListenerStatus EMPTY = new AutoscalingListenerStatus(List.of(), null, null);

    public AutoscalingListenerStatus {
        conditions = Normal.list(conditions);
    }
}
