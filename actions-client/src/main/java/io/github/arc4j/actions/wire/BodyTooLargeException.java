package io.github.arc4j.actions.wire;

import java.io.IOException;

/** A response body exceeds the size limit. */
public final class BodyTooLargeException extends IOException {
    public BodyTooLargeException(int limit) {
        super("body of more than " + limit + " bytes");
    }
}
