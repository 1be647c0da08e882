package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.InvalidConfigUrlException;
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

    /** Ten times the length of long names of a host, an owner and a repository. */
    private static final int MAX_LENGTH = 2048;

    /** A GitHub on the developer's machine, the only hosted one without TLS. */
    private static final String LOCAL_GITHUB = "github.localhost";

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
     * @param url the text, such as {@code https://github.com/acme}
     * @return the config URL
     * @throws InvalidConfigUrlException if the text is not a URL, refers to neither an enterprise, an organization
     *     nor a repository, or names a host of GitHub without TLS, or is too long
     */
    public static ConfigUrl parse(String url) {
        return parse(url, System.getenv(FORCE_GHES) != null);
    }

    /**
     * Parses a config URL.
     *
     * @param url the text, such as {@code https://github.com/acme}
     * @param forceEnterpriseServer whether to treat every host as a GitHub Enterprise Server
     * @return the config URL
     * @throws InvalidConfigUrlException if the text is not a URL, refers to neither an enterprise, an organization
     *     nor a repository, or names a host of GitHub without TLS, or is too long
     */
    public static ConfigUrl parse(String url, boolean forceEnterpriseServer) {
        if (url.length() > MAX_LENGTH) {
            throw new InvalidConfigUrlException(
                    "the config URL has " + url.length() + " characters, more than " + MAX_LENGTH);
        }
        URI uri = uri(trimSlashes(url));
        String host = host(uri);
        String path = uri.getPath() == null ? "" : trimSlashes(uri.getPath());
        String[] segments = path.split("/", -1);
        boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        if (web && host.isEmpty() && uri.getRawAuthority() != null) {
            throw new InvalidConfigUrlException("\"" + withoutUserInfo(uri.toString())
                    + "\": invalid host; letters, digits, dots and hyphens are allowed, underscores are not");
        }
        if (!web) {
            throw invalid(uri, "should start with https:// and point to an enterprise, org, or repository");
        }
        if (host.isEmpty() || path.isEmpty() || segments.length > 2) {
            throw invalid(uri, "should point to an enterprise, org, or repository");
        }
        boolean hosted = !forceEnterpriseServer && isHosted(host);
        if (hosted && "http".equals(uri.getScheme()) && !LOCAL_GITHUB.equalsIgnoreCase(uri.getHost())) {
            throw invalid(uri, "should start with https://, because the credentials would be sent in plain text");
        }
        if (segments.length == 2 && "orgs".equalsIgnoreCase(segments[0])) {
            throw invalid(
                    uri, "the URL of an org has no /orgs: use " + uri.getScheme() + "://" + host + "/" + segments[1]);
        }
        if (segments.length == 1) {
            return new ConfigUrl(uri, Scope.ORGANIZATION, "", segments[0], "", hosted);
        }
        if ("enterprises".equalsIgnoreCase(segments[0])) {
            return new ConfigUrl(uri, Scope.ENTERPRISE, segments[1], "", "", hosted);
        }
        return new ConfigUrl(uri, Scope.REPOSITORY, "", segments[0], segments[1], hosted);
    }

    /**
     * {@return the URL for a path of GitHub's REST API}
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

    private static InvalidConfigUrlException invalid(URI uri, String problem) {
        return new InvalidConfigUrlException(
                "\"" + withoutUserInfo(uri.toString()) + "\": invalid config URL, " + problem);
    }

    private static boolean isHosted(String host) {
        return switch (host.toLowerCase(Locale.ROOT)) {
            case "github.com", "www.github.com", LOCAL_GITHUB -> true;
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
