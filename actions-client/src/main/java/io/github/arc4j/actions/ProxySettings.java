package io.github.arc4j.actions;

import io.github.arc4j.actions.wire.ProxyRoutes;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proxies by the scheme of the target, with the semantics of {@code HTTP_PROXY}, {@code HTTPS_PROXY} and
 * {@code NO_PROXY} in Go programs. {@code localhost} and loopback addresses always bypass the proxy.
 *
 * <p>{@code noProxy} is a comma-separated list: {@code *} (everything), {@code example.com} (the domain and its
 * subdomains), {@code .example.com} or {@code *.example.com} (subdomains only), an address, an address range ({@code
 * 10.0.0.0/8}); all but ranges may have a port.
 *
 * @param http proxy for {@code http} targets
 * @param https proxy for {@code https} targets
 * @param noProxy targets that bypass the proxy
 */
public record ProxySettings(Optional<HttpProxy> http, Optional<HttpProxy> https, String noProxy) {
    /** No proxy. */
    public static final ProxySettings NONE = new ProxySettings(Optional.empty(), Optional.empty(), "");

    /** Of a proxy's URL, in characters. The credentials in it may be tokens, with escapes. */
    private static final int MAX_URL = 8 * 1024;

    private static final int MAX_PORT = 65_535;

    /** Of the list of targets that bypass the proxies, in characters. */
    private static final int MAX_NO_PROXY = 8 * 1024;

    /**
     * Creates settings from strings in the format of the environment variables; null and empty mean none.
     *
     * @param http URL of the proxy for http targets, {@code http://} or {@code https://}; the default scheme is
     *     {@code http://}; user info is used for Basic authentication
     * @param https URL of the proxy for https targets, in the same format
     * @param noProxy targets that bypass the proxies
     * @return the settings
     * @throws IllegalArgumentException if a proxy is not a URL or has another scheme, for example SOCKS, or if a text is
     *     too long
     */
    public static ProxySettings of(@Nullable String http, @Nullable String https, @Nullable String noProxy) {
        String bypass = noProxy == null ? "" : noProxy;
        requireLength(bypass, MAX_NO_PROXY, "the list of hosts without a proxy");
        return new ProxySettings(proxy(http), proxy(https), bypass);
    }

    /**
     * Reads settings from {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, or from the same names in lower
     * case if these are not set.
     *
     * @param environment the environment variables, such as {@link System#getenv()}
     * @return the settings
     * @throws IllegalArgumentException if a proxy is not a URL or has another scheme, for example SOCKS, or if a text is
     *     too long
     */
    public static ProxySettings fromEnvironment(Map<String, String> environment) {
        return of(
                either(environment, "HTTP_PROXY", "http_proxy"),
                either(environment, "HTTPS_PROXY", "https_proxy"),
                either(environment, "NO_PROXY", "no_proxy"));
    }

    /**
     * {@return the proxy for a target, empty for a direct connection}
     *
     * @param target URL of the target
     */
    public Optional<HttpProxy> proxyFor(URI target) {
        return new ProxyRoutes(this).proxyFor(target);
    }

    private static @Nullable String either(Map<String, String> environment, String first, String second) {
        String value = environment.get(first);
        return value == null || value.isEmpty() ? environment.get(second) : value;
    }

    private static Optional<HttpProxy> proxy(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        String url = text.strip();
        requireLength(url, MAX_URL, "invalid proxy URL: it");
        URI uri;
        try {
            uri = new URI(url.contains("://") ? url : "http://" + url);
        } catch (URISyntaxException e) {
            // The message of the original exception contains the URL, including the password.
            throw new IllegalArgumentException("invalid proxy URL");
        }
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        if (!tls && !"http".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("invalid proxy URL: a proxy of scheme " + uri.getScheme()
                    + " is not supported; use an http:// or https:// proxy");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("invalid proxy URL: a host is missing or malformed");
        }
        int defaultPort = tls ? 443 : 80;
        int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
        if (port == 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("invalid proxy URL: invalid port " + port);
        }
        String[] userInfo = uri.getRawUserInfo() == null
                ? new String[] {""}
                : uri.getRawUserInfo().split(":", 2);
        return Optional.of(new HttpProxy(
                tls, uri.getHost(), port, decode(userInfo[0]), userInfo.length > 1 ? decode(userInfo[1]) : ""));
    }

    private static void requireLength(String text, int maxLength, String name) {
        if (text.length() > maxLength) {
            throw new IllegalArgumentException(name + " has " + text.length() + " characters, more than " + maxLength);
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
