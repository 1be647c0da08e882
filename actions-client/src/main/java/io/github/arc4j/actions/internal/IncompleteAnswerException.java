package io.github.arc4j.actions.internal;

import java.io.IOException;

/** The answer began and its body could not be read; the cause tells why. */
final class IncompleteAnswerException extends IOException {
    private final transient Response head;
    private final IOException reason;

    IncompleteAnswerException(Response head, IOException reason) {
        super(reason);
        this.head = head;
        this.reason = reason;
    }

    /** Status and headers, with an empty body. */
    Response head() {
        return head;
    }

    IOException reason() {
        return reason;
    }
}
