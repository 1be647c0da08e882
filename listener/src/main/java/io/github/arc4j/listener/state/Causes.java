package io.github.arc4j.listener.state;

import io.github.arc4j.actions.loop.Trouble;

/** Troubles by the names that users see in metrics and probes. */
public final class Causes {
    private Causes() {}

    /** What a listener's handler needs is the API server. */
    public static String of(Trouble trouble) {
        return trouble == Trouble.HANDLER ? "kubernetes" : trouble.cause();
    }
}
