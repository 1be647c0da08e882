package io.github.arc4j.kube.http;

/** Thrown to close a connection without a reply. */
final class DroppedException extends Exception {

    private static final long serialVersionUID = 1L;

    DroppedException(String reason) {
        super(reason);
    }
}
