package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ConfigUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The GitHub hosts that config URLs may name. The author of a scale set chooses the host that the controller and
 * listener connect to from their own network; this allowlist restricts it to GitHub.
 */
public final class AllowedGitHubHosts {
    /** No restriction: any host, with or without TLS. */
    public static final AllowedGitHubHosts ANY = new AllowedGitHubHosts(List.of());

    private static final String WILDCARD = "*.";

    private final List<Entry> entries;

    /**
     * One entry of the allowlist.
     *
     * @param host host name in lower case; a leading {@code *.} matches all subdomains
     */
    private record Entry(String scheme, String host, int port) {
        static Entry parse(String text) {
            String url = text.contains("://") ? text : "https://" + text;
            boolean wildcard = url.contains("://" + WILDCARD);
            URI uri = uri(text, wildcard ? url.replace("://" + WILDCARD, "://") : url);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            boolean hasMoreThanHost = uri.getRawUserInfo() != null
                    || !uri.getRawPath().isEmpty()
                    || uri.getRawQuery() != null
                    || uri.getRawFragment() != null;
            if (!web || hasMoreThanHost || uri.getHost() == null) {
                throw invalid(text);
            }
            return new Entry(uri.getScheme(), (wildcard ? WILDCARD : "") + lowerCase(uri.getHost()), port(uri));
        }

        private static URI uri(String text, String url) {
            try {
                return new URI(url);
            } catch (URISyntaxException e) {
                throw invalid(text);
            }
        }

        private static IllegalArgumentException invalid(String text) {
            return new IllegalArgumentException("\"" + text
                    + "\" is not a valid host; examples: github.com, *.ghe.com, ghes.example.com:8443,"
                    + " and http://ghes.example.com without TLS");
        }

        boolean matches(URI uri) {
            String name = lowerCase(uri.getHost());
            boolean sameHost = host.startsWith(WILDCARD)
                    ? name.endsWith(host.substring(1)) && name.length() >= host.length()
                    : name.equals(host);
            return sameHost && scheme.equals(uri.getScheme()) && port == port(uri);
        }

        private static int port(URI uri) {
            return uri.getPort() >= 0 ? uri.getPort() : "http".equals(uri.getScheme()) ? 80 : 443;
        }

        private static String lowerCase(String host) {
            return host.toLowerCase(Locale.ROOT);
        }
    }

    private AllowedGitHubHosts(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * Parses the operator's allowlist.
     *
     * @param hosts {@code github.com}, {@code *.ghe.com}, {@code ghes.example.com:8443}, all over TLS, or {@code
     *     http://ghes.example.com}; empty for any host
     * @throws IllegalArgumentException if one of them is invalid
     */
    public static AllowedGitHubHosts of(List<String> hosts) {
        return hosts.isEmpty()
                ? ANY
                : new AllowedGitHubHosts(hosts.stream().map(Entry::parse).toList());
    }

    private static String hostAndPort(URI uri) {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    /** Why the URL is rejected, as a message for the user; empty if it is allowed. */
    public Optional<String> rejection(ConfigUrl url) {
        boolean allowed = entries.isEmpty() || entries.stream().anyMatch(entry -> entry.matches(url.uri()));
        return allowed
                ? Optional.empty()
                : Optional.of("spec.githubConfigUrl: the controller's flag --allowed-github-hosts does not list %s://%s"
                        .formatted(url.uri().getScheme(), hostAndPort(url.uri())));
    }
}
