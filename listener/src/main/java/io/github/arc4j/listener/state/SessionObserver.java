package io.github.arc4j.listener.state;

/** Notified when the state of a listener's message session changes. */
@FunctionalInterface
public interface SessionObserver {
    SessionObserver NONE = status -> {};

    /** Called by the listener's loop, which waits until the call returns. */
    void changed(SessionStatus status);
}
