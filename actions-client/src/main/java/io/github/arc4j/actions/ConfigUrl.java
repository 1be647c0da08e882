package io.github.arc4j.actions;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The URL under which runners register: an organization, a repository or an enterprise on github.com, on a
 * {@code *.ghe.com} tenant or on a GitHub Enterprise Server.
 *
 * @param uri the URL without trailing slashes; query and fragment are kept and sent on registration
 * @param scope what the URL refers to
 * @param enterprise the enterprise, empty in other scopes
 * @param organization the organization (or user), empty in the enterprise scope
 * @param repository the repository, empty in other scopes
 * @param hosted whether GitHub hosts this URL (REST API on {@code api.<host>}) rather than a GitHub Enterprise Server
 *     (REST API under {@code /api/v3})
 */
public record ConfigUrl(
        URI uri, Scope scope, String enterprise, String organization, String repository, boolean hosted) {

    /**
     * If this environment variable has any value, even an empty one, every host is treated as a GitHub Enterprise
     * Server.
     */
    static final String FORCE_GHES = "GITHUB_ACTIONS_FORCE_GHES";

    /** What a config URL refers to. */
    public enum Scope {
        /** {@code /enterprises/<name>}. */
        ENTERPRISE,
        /** {@code /<organization>}. */
        ORGANIZATION,
        /** {@code /<owner>/<repository>}. */
        REPOSITORY
    }

    /**
     * Parses a config URL. If the environment variable {@code GITHUB_ACTIONS_FORCE_GHES} has any value, even an empty
     * one, every host is treated as a GitHub Enterprise Server.
     *
     * @throws InvalidConfigUrlException if the text is not a URL, or refers to neither an enterprise, an organization
     *     nor a repository
     */
    public static ConfigUrl parse(String url) {
        return parse(url, System.getenv(FORCE_GHES) != null);
    }

    /**
     * Parses a config URL.
     *
     * @param forceEnterpriseServer whether to treat every host as a GitHub Enterprise Server
     * @throws InvalidConfigUrlException if the text is not a URL, or refers to neither an enterprise, an organization
     *     nor a repository
     */
    public static ConfigUrl parse(String url, boolean forceEnterpriseServer) {
        URI uri = uri(trimSlashes(url));
        String host = host(uri);
        String path = uri.getPath() == null ? "" : trimSlashes(uri.getPath());
        String[] segments = path.split("/", -1);
        boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        if (web && host.isEmpty() && uri.getRawAuthority() != null) {
            throw new InvalidConfigUrlException("\"" + withoutUserInfo(uri.toString())
                    + "\": invalid host; letters, digits, dots and hyphens are allowed, underscores are not");
        }
        if (!web || host.isEmpty() || path.isEmpty() || segments.length > 2) {
            throw new InvalidConfigUrlException("\"" + withoutUserInfo(uri.toString())
                    + "\": invalid config URL, should point to an enterprise, org, or repository");
        }
        boolean hosted = !forceEnterpriseServer && isHosted(host);
        if (segments.length == 1) {
            return new ConfigUrl(uri, Scope.ORGANIZATION, "", segments[0], "", hosted);
        }
        if ("enterprises".equalsIgnoreCase(segments[0])) {
            return new ConfigUrl(uri, Scope.ENTERPRISE, segments[1], "", "", hosted);
        }
        return new ConfigUrl(uri, Scope.REPOSITORY, "", segments[0], segments[1], hosted);
    }

    /**
     * Returns the URL for a path of GitHub's REST API.
     *
     * @param path escaped path with a leading slash, such as {@code /orgs/acme/actions/runners}
     */
    public URI rest(String path) {
        String host = host(uri);
        if (!hosted) {
            return URI.create(uri.getScheme() + "://" + host + "/api/v3" + path);
        }
        String api = "www.github.com".equalsIgnoreCase(host) ? "api.github.com" : "api." + host;
        return URI.create(uri.getScheme() + "://" + api + path);
    }

    @Override
    public String toString() {
        return withoutUserInfo(uri.toString());
    }

    /** Removes user name and password, which are not used here and must not appear in messages. */
    private static String withoutUserInfo(String url) {
        return url.replaceFirst("//[^/?#]*@", "//");
    }

    private static boolean isHosted(String host) {
        return switch (host.toLowerCase(Locale.ROOT)) {
            case "github.com", "www.github.com", "github.localhost" -> true;
            default -> host.endsWith(".ghe.com");
        };
    }

    private static URI uri(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme();
            return scheme == null ? uri : new URI(scheme.toLowerCase(Locale.ROOT) + url.substring(scheme.length()));
        } catch (URISyntaxException e) {
            throw new InvalidConfigUrlException(
                    "failed to parse URL: " + e.getReason() + ": " + withoutUserInfo(e.getInput()));
        }
    }

    /** Returns the host with its port. */
    private static String host(URI uri) {
        String host = uri.getHost() == null ? "" : uri.getHost();
        return uri.getPort() < 0 ? host : host + ":" + uri.getPort();
    }

    private static String trimSlashes(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && text.charAt(start) == '/') {
            start++;
        }
        while (end > start && text.charAt(end - 1) == '/') {
            end--;
        }
        return text.substring(start, end);
    }
}
