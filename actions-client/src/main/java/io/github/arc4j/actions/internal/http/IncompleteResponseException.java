package io.github.arc4j.actions.internal.http;

import java.io.IOException;

/** The response started, but its body could not be read; see the cause. */
public final class IncompleteResponseException extends IOException {
    private final transient Response head;
    private final IOException reason;

    IncompleteResponseException(Response head, IOException reason) {
        super(reason);
        this.head = head;
        this.reason = reason;
    }

    public Response head() {
        return head;
    }

    public IOException reason() {
        return reason;
    }
}
