package io.github.arc4j.actions;

/**
 * A personal access token (classic or fine-grained).
 *
 * @param token the secret
 */
public record PersonalAccessToken(String token) implements Credentials {
    @Override
    public String toString() {
        return "PersonalAccessToken[***]";
    }
}
