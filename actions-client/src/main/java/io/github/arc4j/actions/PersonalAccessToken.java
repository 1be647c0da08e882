package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.InvalidCredentialsException;

/**
 * A personal access token (classic or fine-grained).
 *
 * @param token the secret; surrounding whitespace and line breaks, a common mistake in Secrets created from files, are
 *     stripped
 */
public record PersonalAccessToken(String token) implements Credentials {
    /**
     * Strips whitespace around the token.
     *
     * @throws InvalidCredentialsException if the token is null or blank, for example because an environment variable is
     *     not set
     */
    public PersonalAccessToken {
        token = CredentialText.require(token, "personal access token");
    }

    @Override
    public String toString() {
        return "PersonalAccessToken[***]";
    }
}
