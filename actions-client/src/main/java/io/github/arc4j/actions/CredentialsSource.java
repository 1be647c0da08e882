package io.github.arc4j.actions;

/**
 * Source of credentials: a constant, a Kubernetes Secret or a vault. The client queries the source each time it needs a
 * new token, so replaced credentials take effect without a new client.
 */
@FunctionalInterface
public interface CredentialsSource {
    /**
     * Returns the current credentials. If this method throws, the call fails with {@link AuthenticationException},
     * which has the exception as its cause.
     */
    Credentials get() throws Exception;
}
