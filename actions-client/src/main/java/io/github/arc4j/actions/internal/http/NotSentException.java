package io.github.arc4j.actions.internal.http;

import java.io.IOException;

/** The request was not sent. */
public final class NotSentException extends IOException {
    private final boolean permanent;

    NotSentException(String message, boolean permanent) {
        super(message);
        this.permanent = permanent;
    }

    public boolean isPermanent() {
        return permanent;
    }
}
