package io.github.arc4j.actions.internal.http;

import java.io.IOException;

/** A response body exceeds the size limit. */
public final class BodyTooLargeException extends IOException {
    BodyTooLargeException(int limit) {
        super("body of more than " + limit + " bytes");
    }
}
