package io.github.arc4j.controller.github.credentials;

import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds proxy URLs from a {@code spec.proxy} and the Secrets with its credentials. */
public final class ProxyResolver {
    /** Maximum characters of user name and password together. Encoded in the URL, a character may take nine. */
    private static final int MAX_CREDENTIALS = 8 * 1024;

    private final SecretReader secrets;

    public ProxyResolver(SecretReader secrets) {
        this.secrets = secrets;
    }

    /**
     * The data of a proxy Secret: {@code http_proxy}, {@code https_proxy} and {@code no_proxy}, always all three, empty
     * if not configured. URLs contain the credentials as user info.
     *
     * @throws GitHubAccessException if a URL is invalid or a Secret is missing
     */
    public Map<String, String> resolve(String namespace, ProxyConfig proxy) throws GitHubAccessException {
        return resolve(proxy, (name, purpose) -> secrets.secret(namespace, name, purpose));
    }

    /** The origin of proxy credentials. */
    @FunctionalInterface
    public interface Credentials {
        /** The entries {@code username} and {@code password}, among others. */
        Map<String, String> get(String name, String purpose) throws GitHubAccessException;
    }

    /** As {@link #resolve(String, ProxyConfig)}, with credentials from another origin. */
    public static Map<String, String> resolve(ProxyConfig proxy, Credentials credentials) throws GitHubAccessException {
        Map<String, String> data = new LinkedHashMap<>();
        data.put(RunnerEnvironment.HTTP_PROXY, url("http", proxy.http(), credentials));
        data.put(RunnerEnvironment.HTTPS_PROXY, url("https", proxy.https(), credentials));
        data.put(RunnerEnvironment.NO_PROXY, String.join(",", proxy.noProxy()));
        return data;
    }

    /** @param field path of the proxy in the spec */
    public static ProxySettings settings(String field, Map<String, String> urls) throws GitHubAccessException {
        try {
            return ProxySettings.of(
                    urls.get(RunnerEnvironment.HTTP_PROXY),
                    urls.get(RunnerEnvironment.HTTPS_PROXY),
                    urls.get(RunnerEnvironment.NO_PROXY));
        } catch (IllegalArgumentException e) {
            throw new GitHubAccessException("InvalidProxy", field + ": " + e.getMessage(), e);
        }
    }

    private static String url(String kind, @Nullable ProxyServerConfig server, Credentials source)
            throws GitHubAccessException {
        if (server == null || server.url().isEmpty()) {
            return "";
        }
        URI uri;
        try {
            uri = new URI(server.url());
        } catch (URISyntaxException e) {
            throw new GitHubAccessException(
                    "InvalidProxy", "spec.proxy.%s.url is not a URL: %s".formatted(kind, e.getMessage()), e);
        }
        String secretName = server.credentialSecretRef();
        if (secretName.isEmpty()) {
            return server.url();
        }
        Map<String, String> credentials = source.get(secretName, kind + " proxy credentials");
        String user = credentials.getOrDefault("username", "");
        String password = credentials.getOrDefault("password", "");
        if (user.length() + password.length() > MAX_CREDENTIALS) {
            throw new GitHubAccessException(
                    "InvalidProxy",
                    "Secret %s for spec.proxy.%s: username and password have more than %d characters: shorten them"
                            .formatted(secretName, kind, MAX_CREDENTIALS));
        }
        String userInfo = encode(user) + ":" + encode(password);
        String authority = Objects.requireNonNullElse(uri.getRawAuthority(), "");
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        return uri.getScheme() + "://" + userInfo + "@" + host + Objects.requireNonNullElse(uri.getRawPath(), "");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
