package io.github.arc4j.listener.state;

/** Told when a listener begins to do something else about its message session. */
@FunctionalInterface
public interface SessionObserver {
    SessionObserver NONE = status -> {};

    /** Called by the listener's loop, which waits meanwhile. */
    void changed(SessionStatus status);
}
