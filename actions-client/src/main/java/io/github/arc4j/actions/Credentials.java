package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.InvalidCredentialsException;
import java.util.Map;

/** Credentials for GitHub's REST API. Secrets never appear in {@code toString()}. */
public sealed interface Credentials permits PersonalAccessToken, GitHubApp {
    /** Key of the personal access token. */
    String TOKEN = "github_token";
    /** Key of the App's app ID or client ID. */
    String APP_ID = "github_app_id";
    /** Key of the installation ID, a decimal number. */
    String APP_INSTALLATION_ID = "github_app_installation_id";
    /** Key of the App's private key in PEM format. */
    String APP_PRIVATE_KEY = "github_app_private_key";

    /**
     * Reads credentials from the keys of a Kubernetes Secret (the constants of this interface). A token takes
     * precedence over an incomplete App. Surrounding whitespace and line breaks are stripped from values.
     *
     * @param secretData the values by key
     * @return the credentials
     * @throws InvalidCredentialsException if neither kind or both kinds are complete, or if the installation ID is not
     *     a number
     */
    static Credentials of(Map<String, String> secretData) {
        String token = text(secretData, TOKEN);
        String appId = text(secretData, APP_ID);
        long installation = installationId(text(secretData, APP_INSTALLATION_ID));
        String key = text(secretData, APP_PRIVATE_KEY);
        boolean completeApp = !appId.isEmpty() && installation > 0 && !key.isEmpty();
        if (token.isEmpty() && !completeApp) {
            throw new InvalidCredentialsException(
                    "no credentials provided: either a PAT or GitHub App credentials should be provided");
        }
        if (!token.isEmpty() && completeApp) {
            throw new InvalidCredentialsException(
                    "both PAT and GitHub App credentials provided. should only provide one");
        }
        return completeApp ? new GitHubApp(appId, installation, key) : new PersonalAccessToken(token);
    }

    private static String text(Map<String, String> secretData, String key) {
        return secretData.getOrDefault(key, "").strip();
    }

    private static long installationId(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            // A longer text is not a mistyped number; it may be a secret under the wrong key.
            String shown = text.length() < 20 ? text : "...";
            throw new InvalidCredentialsException("strconv.ParseInt: parsing \"" + shown + "\": invalid syntax");
        }
    }
}
