package io.github.arc4j.actions.wire;

import java.io.IOException;

/** A response body exceeds the size limit. */
public final class BodyTooLargeException extends IOException {
    /** How many bytes of the body are kept: enough to identify it. */
    public static final int BEGINNING = 2048;

    private final transient byte[] beginning;

    /**
     * @param limit in bytes
     * @param beginning the first bytes of the body
     */
    public BodyTooLargeException(int limit, byte[] beginning) {
        super("body of more than " + limit + " bytes");
        this.beginning = beginning;
    }

    public byte[] beginning() {
        return beginning;
    }
}
