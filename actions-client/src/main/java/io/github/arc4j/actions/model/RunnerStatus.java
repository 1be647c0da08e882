package io.github.arc4j.actions.model;

/** Whether a runner is connected to GitHub. */
public enum RunnerStatus {
    /** The runner is connected: it waits for a job or runs one. */
    ONLINE,
    /** The runner has not connected yet, or has lost its connection. */
    OFFLINE,
    /** The service sent no status, or one that this version of the client does not know. */
    UNKNOWN
}
