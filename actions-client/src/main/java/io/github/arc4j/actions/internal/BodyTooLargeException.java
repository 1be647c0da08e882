package io.github.arc4j.actions.internal;

import java.io.IOException;

/** The body of an answer is larger than allowed. */
final class BodyTooLargeException extends IOException {
    BodyTooLargeException(int limit) {
        super("body of more than " + limit + " bytes");
    }
}
