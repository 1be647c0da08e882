package io.github.arc4j.listener;

import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.errors.SessionConflictException;
import io.github.arc4j.actions.errors.SessionExpiredException;
import java.io.IOException;
import java.time.Duration;

/** The exceptions that calls to GitHub may throw. */
final class Failures {
    private Failures() {}

    private static ErrorDetails details(int status) {
        return ErrorDetails.of(status, "");
    }

    static ConnectionException network() {
        return new ConnectionException("connection reset", details(0), new IOException("reset"));
    }

    static ActionsServiceException answer(int status) {
        return new ActionsServiceException("status " + status, details(status));
    }

    static RateLimitedException rateLimit(Duration retryAfter) {
        return new RateLimitedException("slow down", new ErrorDetails(429, "", "", "", retryAfter, true, false));
    }

    static InvalidResponseException unreadable(long messageId) {
        return new InvalidResponseException("EOF", details(200), null, messageId);
    }

    static AuthenticationException refused() {
        return new AuthenticationException("bad credentials", details(401), null);
    }

    static SessionConflictException conflict() {
        return new SessionConflictException("held by another", details(409));
    }

    static SessionExpiredException expired() {
        return new SessionExpiredException("session expired", details(404));
    }

    static ScaleSetNotFoundException gone() {
        return new ScaleSetNotFoundException("no such scale set", details(404));
    }
}
