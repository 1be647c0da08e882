package io.github.arc4j.listener.state;

/**
 * The state of a listener's message session.
 *
 * @param state as in {@code status.session.state} of an AutoscalingListener
 * @param cause kind of the problem, as in the metrics; empty when jobs reach the cluster
 * @param message why jobs do not reach the cluster; empty when they do
 * @param session id of the session; empty while it is not open
 */
public record SessionStatus(String state, String cause, String message, String session) {
    public static final String OPENING = "opening";
    public static final String LISTENING = "listening";
    public static final String RETRYING = "retrying";
    public static final String MISCONFIGURED = "misconfigured";
    public static final String STOPPED = "stopped";

    /** The state without an open session. */
    public SessionStatus(String state, String cause, String message) {
        this(state, cause, message, "");
    }

    /** Whether it has the same state, cause and session; the messages may differ. */
    public boolean isLike(SessionStatus other) {
        return state.equals(other.state) && cause.equals(other.cause) && session.equals(other.session);
    }
}
