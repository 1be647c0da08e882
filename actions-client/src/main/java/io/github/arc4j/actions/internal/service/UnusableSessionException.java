package io.github.arc4j.actions.internal.service;

import java.io.IOException;
import java.util.UUID;

/** The service opened a session, but its response lacks what the client needs. */
final class UnusableSessionException extends IOException {
    private final UUID id;

    UnusableSessionException(UUID id, IOException reason) {
        super(reason.getMessage(), reason);
        this.id = id;
    }

    UUID id() {
        return id;
    }
}
