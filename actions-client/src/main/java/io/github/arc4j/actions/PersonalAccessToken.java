package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.InvalidCredentialsException;

/**
 * A personal access token (classic or fine-grained).
 *
 * @param token the secret; surrounding whitespace and line breaks, a common mistake in Secrets created from files, are
 *     stripped
 */
public record PersonalAccessToken(String token) implements Credentials {
    /** GitHub's tokens have fewer than 300 characters, those in the format of JSON web tokens fewer than 1000. */
    private static final int MAX_LENGTH = 4096;

    /**
     * Strips whitespace around the token.
     *
     * @throws InvalidCredentialsException if the token is null or blank, for example because an environment variable is
     *     not set, or has more than 4096 characters
     */
    public PersonalAccessToken {
        token = CredentialText.require(token, "personal access token", MAX_LENGTH);
    }

    @Override
    public String toString() {
        return "PersonalAccessToken[***]";
    }
}
