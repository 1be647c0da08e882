package io.github.arc4j.listener.state;

import io.github.arc4j.actions.loop.Trouble;

/** The names of the kinds of problems that users see in metrics and probes. */
public final class Causes {
    private Causes() {}

    /** A failure of the listener's handler is always one of the API server. */
    public static String of(Trouble trouble) {
        return trouble == Trouble.HANDLER ? "kubernetes" : trouble.cause();
    }
}
