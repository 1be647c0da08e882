package io.github.arc4j.controller.github;

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

/** Turns a {@code spec.proxy} and the Secrets with its credentials into proxy URLs. */
public final class ProxyResolver {
    public static final String HTTP_PROXY = "http_proxy";
    public static final String HTTPS_PROXY = "https_proxy";
    public static final String NO_PROXY = "no_proxy";

    private final SecretReader secrets;

    public ProxyResolver(SecretReader secrets) {
        this.secrets = secrets;
    }

    /**
     * The data of a proxy Secret: {@code http_proxy}, {@code https_proxy} and {@code no_proxy}, always all three, empty
     * where the configuration says nothing. URLs carry the credentials as user info.
     *
     * @throws GitHubAccessException if a URL is none or a Secret is missing
     */
    public Map<String, String> resolve(String namespace, ProxyConfig proxy) throws GitHubAccessException {
        Map<String, String> data = new LinkedHashMap<>();
        data.put(HTTP_PROXY, url(namespace, "http", proxy.http()));
        data.put(HTTPS_PROXY, url(namespace, "https", proxy.https()));
        data.put(NO_PROXY, String.join(",", proxy.noProxy()));
        return data;
    }

    private String url(String namespace, String kind, @Nullable ProxyServerConfig server) throws GitHubAccessException {
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
        Map<String, String> credentials = secrets.secret(namespace, secretName, kind + " proxy credentials");
        String userInfo = encode(credentials.get("username")) + ":" + encode(credentials.get("password"));
        String authority = Objects.requireNonNullElse(uri.getRawAuthority(), "");
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        return uri.getScheme() + "://" + userInfo + "@" + host + Objects.requireNonNullElse(uri.getRawPath(), "");
    }

    private static String encode(@Nullable String text) {
        return text == null
                ? ""
                : URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
