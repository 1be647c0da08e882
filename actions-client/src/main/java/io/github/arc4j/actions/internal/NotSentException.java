package io.github.arc4j.actions.internal;

import java.io.IOException;

/** The request was not sent. */
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
