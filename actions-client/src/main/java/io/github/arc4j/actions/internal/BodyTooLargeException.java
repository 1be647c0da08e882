package io.github.arc4j.actions.internal;

import java.io.IOException;

/** A response body exceeds the size limit. */
final class BodyTooLargeException extends IOException {
    BodyTooLargeException(int limit) {
        super("body of more than " + limit + " bytes");
    }
}
