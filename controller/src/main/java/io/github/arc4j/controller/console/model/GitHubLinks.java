package io.github.arc4j.controller.console.model;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Addresses on GitHub. Users control all their parts, so an invalid part results in an empty address. */
final class GitHubLinks {
    /** The controller does not use longer ones. */
    private static final int MAX_URL_LENGTH = 2048;

    /** GitHub allows 39 characters in the first part, and 100 in the second. */
    private static final Pattern REPOSITORY = Pattern.compile("[\\w.-]{1,100}/[\\w.-]{1,100}");

    private GitHubLinks() {}

    /**
     * The address of the organization, repository or enterprise, without user information; empty if it is not valid.
     */
    static String of(String configUrl) {
        try {
            URI url = new URI(configUrl);
            boolean isWeb = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            return isWeb && url.getHost() != null && configUrl.length() <= MAX_URL_LENGTH
                    ? new URI(url.getScheme(), null, url.getHost(), url.getPort(), url.getPath(), null, null).toString()
                    : "";
        } catch (URISyntaxException e) {
            return "";
        }
    }

    /** The address of a workflow run; empty if it is not known. */
    static String run(String configUrl, String repository, long run) {
        String base = of(configUrl);
        if (base.isEmpty() || run <= 0 || !REPOSITORY.matcher(repository).matches()) {
            return "";
        }
        return URI.create(base)
                .resolve("/" + repository + "/actions/runs/" + run)
                .toString();
    }
}
