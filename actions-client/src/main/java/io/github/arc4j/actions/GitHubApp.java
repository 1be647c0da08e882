package io.github.arc4j.actions;

/**
 * An installation of a GitHub App.
 *
 * @param appId app id or client id; blanks and line breaks around it are dropped
 * @param installationId id of the installation in the organization, repository owner or enterprise
 * @param privateKey RSA key in PEM, PKCS#1 or PKCS#8; a secret
 */
public record GitHubApp(String appId, long installationId, String privateKey) implements Credentials {
    /** Drops what surrounds the id. */
    public GitHubApp {
        appId = appId.strip();
    }

    @Override
    public String toString() {
        return "GitHubApp[appId=" + appId + ", installationId=" + installationId + ", privateKey=***]";
    }
}
