package io.github.arc4j.controller.tracing;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where traces are sent.
 *
 * @param url base URL of an OpenTelemetry collector that accepts OTLP over HTTP, such as {@code http://collector:4318}
 * @param headers HTTP headers of each request, such as {@code authorization}
 */
public record TracesCollector(URI url, Map<String, String> headers) {
    public TracesCollector {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return url.toString(); // the headers may contain a secret
    }

    /**
     * Parses the collector's URL and headers.
     *
     * @param headers in the format of {@code OTEL_EXPORTER_OTLP_HEADERS}: {@code key=value,key=value}
     * @return empty if the URL is empty
     * @throws IllegalArgumentException if they are invalid
     */
    public static Optional<TracesCollector> parse(String url, String headers) {
        return url.isEmpty()
                ? Optional.empty()
                : Optional.of(new TracesCollector(parseUrl(url), parseHeaders(headers)));
    }

    private static URI parseUrl(String text) {
        URI url = URI.create(text);
        boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!isHttp || url.getHost() == null) {
            throw new IllegalArgumentException("must be an http or https URL, such as http://collector:4318: " + text);
        }
        return url;
    }

    private static Map<String, String> parseHeaders(String text) {
        Map<String, String> headers = new HashMap<>();
        for (String element : text.split(",")) {
            int equals = element.indexOf('=');
            if (equals > 0) {
                headers.put(
                        element.substring(0, equals).strip(),
                        element.substring(equals + 1).strip());
            } else if (!element.isBlank()) {
                throw new IllegalArgumentException(
                        "needs headers as key=value, separated by commas, in OTEL_EXPORTER_OTLP_HEADERS");
            }
        }
        return headers;
    }
}
