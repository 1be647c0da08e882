package io.github.arc4j.actions.internal;

import java.io.IOException;

/** The request did not leave this process. */
final class NotSentException extends IOException {
    NotSentException(String message) {
        super(message);
    }
}
