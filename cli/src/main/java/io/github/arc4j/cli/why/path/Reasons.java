package io.github.arc4j.cli.why.path;

import java.util.Set;

/** Reasons of conditions. */
public final class Reasons {
    /** Something is in progress and needs no action. */
    private static final Set<String> PROGRESS = Set.of(
            "Deleting",
            "Draining",
            "ListenerReplaced",
            "ListenerStarting",
            "NoRunnersYet",
            "PodNotReady",
            "PodStarting",
            "RunnerSetEnding");

    private Reasons() {}

    static boolean isProgress(String reason) {
        return PROGRESS.contains(reason);
    }
}
