package io.github.arc4j.actions;

/**
 * Where credentials come from: a constant, a Kubernetes secret, a vault. Asked again whenever a new token is needed, so
 * replaced credentials are used without a new client.
 */
@FunctionalInterface
public interface CredentialsSource {
    /** Answers the current credentials; a failure ends the call in {@link AuthenticationException} with it as cause. */
    Credentials get() throws Exception;
}
