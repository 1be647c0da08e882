package io.github.arc4j.actions.internal.http;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Composes URLs as Go does: query keys sorted, values form-encoded. */
public final class Urls {
    private Urls() {}

    /** Escapes a path segment. */
    public static String segment(String text) {
        return encode(text).replace("+", "%20");
    }

    /** Form-encodes a value; a space becomes {@code +}. */
    static String encode(String text) {
        // Go escapes everything except letters, digits and -_.~
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** Joins an escaped path to a base URL. The base's query is kept, but the given query overrides its values. */
    public static URI join(URI base, String path, Map<String, String> query) {
        Map<String, String> pairs = new TreeMap<>();
        String baseQuery = base.getRawQuery();
        if (baseQuery != null) {
            for (String pair : baseQuery.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (!pair.isEmpty()) {
                    pairs.put(
                            equals < 0 ? pair : pair.substring(0, equals),
                            equals < 0 ? "" : pair.substring(equals + 1));
                }
            }
        }
        query.forEach((name, value) -> pairs.put(encode(name), encode(value)));
        String basePath = base.getRawPath() == null ? "" : base.getRawPath();
        String joined = (basePath.endsWith("/") ? basePath.substring(0, basePath.length() - 1) : basePath) + path;
        String text = pairs.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .collect(Collectors.joining("&"));
        return URI.create(
                base.getScheme() + "://" + base.getRawAuthority() + joined + (text.isEmpty() ? "" : "?" + text));
    }

    /** Appends a parameter to the query of a URL; the rest is unchanged. */
    public static URI withQuery(URI url, String name, String value) {
        String query = url.getRawQuery();
        String pair = name + "=" + encode(value);
        String base = url.getScheme() + "://" + url.getRawAuthority() + path(url);
        return URI.create(base + "?" + (query == null || query.isEmpty() ? pair : query + "&" + pair));
    }

    /** Appends a segment to the path of a URL; the query is unchanged. */
    public static URI withSegment(URI url, String segment) {
        String query = url.getRawQuery();
        String path = path(url).endsWith("/") ? path(url) + segment : path(url) + "/" + segment;
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + path + (query == null ? "" : "?" + query));
    }

    /** Parses a URL that the service sent. */
    public static URI absolute(String text, String what) throws IOException {
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // treated like a URL without a host
        }
        throw new IOException(what + " is not a URL");
    }

    private static String path(URI url) {
        return url.getRawPath() == null ? "" : url.getRawPath();
    }
}
