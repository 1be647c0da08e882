package io.github.arc4j.actions.wire;

import java.io.IOException;
import java.util.Arrays;

/** A response body exceeds the size limit. */
public final class BodyTooLargeException extends IOException {
    /** How many bytes of the body are kept: enough to identify it. */
    public static final int BEGINNING = 2048;

    private final transient byte[] beginning;

    /**
     * @param limit in bytes
     * @param body the first bytes of the body
     */
    public BodyTooLargeException(int limit, byte[] body) {
        super("body of more than " + limit + " bytes");
        this.beginning = Arrays.copyOf(body, Math.min(body.length, BEGINNING));
    }

    public byte[] beginning() {
        return beginning;
    }
}
