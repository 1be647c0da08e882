package io.github.arc4j.listener.kube;

import io.github.arc4j.actions.loop.HandlerException;
import org.jspecify.annotations.Nullable;

/** A call to the API server failed. */
public final class KubeException extends HandlerException {
    private final int status;

    /** @param status HTTP status, 0 without a response */
    public KubeException(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** @param status HTTP status, 0 without a response */
    public KubeException(int status, String message) {
        this(status, message, null);
    }

    /** Whether the same call may succeed soon. */
    public boolean isTransient() {
        return status == 0 || status == 409 || status == 429 || status >= 500;
    }

    /** Whether the content of the request was rejected, so that retrying it is useless. */
    public boolean isPermanent() {
        return status == 400 || status == 413 || status == 415 || status == 422;
    }
}
