package io.github.arc4j.actions.internal;

import java.io.IOException;

/** The request did not leave this process. */
final class NotSentException extends IOException {
    private final boolean permanent;

    NotSentException(String message, boolean permanent) {
        super(message);
        this.permanent = permanent;
    }

    boolean isPermanent() {
        return permanent;
    }
}
