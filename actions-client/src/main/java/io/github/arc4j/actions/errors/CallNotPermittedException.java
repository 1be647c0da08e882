package io.github.arc4j.actions.errors;

/**
 * The call was not sent: earlier calls to the host failed or were rate-limited, and the caller is being held back;
 * {@link #retryAfter()} says for how long at most. The client throws it while a {@linkplain
 * io.github.arc4j.actions.ActionsClient.Builder#circuitBreaker circuit breaker} is open. Programs that hold calls back by
 * rules of their own can throw it as well.
 */
public final class CallNotPermittedException extends ConnectionException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public CallNotPermittedException(String message, ErrorDetails details) {
        super(message, details, null);
    }
}
