package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The state of a hosted listener's session, reported by the shared listener that hosts it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record ListenerSession(
        @JsonPropertyDescription(
                "opening, listening, conflict, refused, scale_set_gone, retrying, misconfigured or stopped")
        String state,

        @JsonPropertyDescription("Why jobs do not reach the cluster; absent when they do")
        String message,

        @JsonPropertyDescription("Name of the pod") String holder,

        @JsonPropertyDescription("ID of the last message session that was opened; absent when the listener has stopped")
        String id) {
    /** The last state that a process reports for a listener. */
    public static final String STOPPED = "stopped";

    public ListenerSession {
        state = Normal.text(state);
        message = Normal.text(message);
        holder = Normal.text(holder);
        id = Normal.text(id);
    }
}
