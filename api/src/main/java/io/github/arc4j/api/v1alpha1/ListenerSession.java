package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * The state of a hosted listener's session, reported by the shared listener that hosts it.
 *
 * @param state one of {@code opening}, {@code listening}, {@code conflict}, {@code refused}, {@code scale_set_gone},
 *     {@code retrying}, {@code misconfigured} and {@code stopped}
 * @param message why jobs do not reach the cluster; empty if they do
 * @param holder name of the pod that hosts the listener
 * @param id ID of the message session that was opened last; empty if the listener has stopped
 */
@ApiObject
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

    /** Replaces null with empty values. */
    public ListenerSession {
        state = Normal.text(state);
        message = Normal.text(message);
        holder = Normal.text(holder);
        id = Normal.text(id);
    }
}
