package io.github.arc4j.listener.state;

/**
 * The state of a listener's message session.
 *
 * @param state as in {@code status.session.state} of an AutoscalingListener
 * @param cause kind of the problem, as in the metrics; empty when jobs reach the cluster
 * @param message why jobs do not reach the cluster; empty when they do
 */
public record SessionStatus(String state, String cause, String message) {
    public static final String OPENING = "opening";
    public static final String LISTENING = "listening";
    public static final String RETRYING = "retrying";
    public static final String MISCONFIGURED = "misconfigured";
    public static final String STOPPED = "stopped";

    /** Jobs reach the cluster. */
    static SessionStatus listening() {
        return new SessionStatus(LISTENING, "", "");
    }

    /** Whether it has the same state and cause; the messages may differ. */
    public boolean isLike(SessionStatus other) {
        return state.equals(other.state) && cause.equals(other.cause);
    }
}
