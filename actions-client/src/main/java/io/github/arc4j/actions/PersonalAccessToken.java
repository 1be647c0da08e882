package io.github.arc4j.actions;

/**
 * A personal access token (classic or fine-grained).
 *
 * @param token the secret; blanks and line breaks around it, a common slip in secrets made from files, are dropped
 */
public record PersonalAccessToken(String token) implements Credentials {
    /** Drops what surrounds the token. */
    public PersonalAccessToken {
        token = token.strip();
    }

    @Override
    public String toString() {
        return "PersonalAccessToken[***]";
    }
}
