package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.InvalidCredentialsException;

/**
 * An installation of a GitHub App.
 *
 * @param appId app ID or client ID; surrounding whitespace and line breaks are stripped
 * @param installationId ID of the installation in the organization, repository owner or enterprise
 * @param privateKey RSA key in PEM format, PKCS#1 or PKCS#8; a secret
 */
public record GitHubApp(String appId, long installationId, String privateKey) implements Credentials {
    private static final int MAX_ID_LENGTH = 100;

    /** A key of 8192 bits has 6400 characters. */
    private static final int MAX_KEY_LENGTH = 16 * 1024;

    /**
     * Strips whitespace around ID and key.
     *
     * @throws InvalidCredentialsException if the ID or the key is null or blank, the ID has more than 100 characters, or
     *     the key more than 16,384
     */
    public GitHubApp {
        appId = CredentialText.require(appId, "app ID", MAX_ID_LENGTH);
        privateKey = CredentialText.require(privateKey, "private key of the GitHub App", MAX_KEY_LENGTH);
    }

    @Override
    public String toString() {
        return "GitHubApp[appId=" + appId + ", installationId=" + installationId + ", privateKey=***]";
    }
}
