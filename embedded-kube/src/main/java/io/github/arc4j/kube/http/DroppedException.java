package io.github.arc4j.kube.http;

/** A connection is to be closed without an answer. */
final class DroppedException extends Exception {

    private static final long serialVersionUID = 1L;

    DroppedException(String why) {
        super(why);
    }
}
