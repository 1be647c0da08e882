package io.github.arc4j.process.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The head of a request.
 *
 * @param path without the query
 * @param query without the question mark; empty if there is none
 * @param headers by names in lower case
 * @param closed whether the connection has been closed since
 */
public record HttpCall(
        String method, String path, String query, String version, Map<String, String> headers, BooleanSupplier closed) {
    private static final String HTTP_1 = "HTTP/1.";

    /** Parses the head; empty if it is not that of an HTTP/1 request. */
    static Optional<HttpCall> parse(String head, BooleanSupplier closed) {
        String[] lines = head.split("\r\n");
        String[] words = lines[0].split(" ");
        if (words.length != 3 || !words[1].startsWith("/") || !words[2].startsWith(HTTP_1)) {
            return Optional.empty();
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 1) {
                return Optional.empty();
            }
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        int query = words[1].indexOf('?');
        return Optional.of(new HttpCall(
                words[0],
                query < 0 ? words[1] : words[1].substring(0, query),
                query < 0 ? "" : words[1].substring(query + 1),
                words[2],
                headers,
                closed));
    }

    /** The value of a header, or an empty text. */
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** The decoded value of a parameter of the query, or an empty text. */
    public String parameter(String name) {
        for (String parameter : query.split("&")) {
            if (parameter.startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(parameter.substring(name.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    return "";
                }
            }
        }
        return "";
    }

    public boolean acceptsGzip() {
        return header("Accept-Encoding").contains("gzip");
    }

    /** Whether nobody can receive the response. */
    boolean isAbandoned() {
        return closed.getAsBoolean();
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** Whether the client accepts a chunked body and another response on the same connection. */
    boolean isPersistent() {
        return !version.equals("HTTP/1.0") && !header("Connection").equalsIgnoreCase("close");
    }

    boolean hasBody() {
        return !header("Transfer-Encoding").isEmpty()
                || !(header("Content-Length").isEmpty()
                        || header("Content-Length").equals("0"));
    }
}
