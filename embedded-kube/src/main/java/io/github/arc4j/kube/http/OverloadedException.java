package io.github.arc4j.kube.http;

/** Thrown to reject a request because the server is overloaded. */
final class OverloadedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
}
