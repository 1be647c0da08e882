package io.github.arc4j.simulator.http.routing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.github.arc4j.simulator.service.ServiceException;
import io.github.arc4j.simulator.service.Tokens.Grant;
import io.github.arc4j.simulator.service.state.Scope;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request.
 *
 * @param baseUrl URL by which the client calls this server, without a trailing slash
 * @param query decoded query parameters; of repeated keys, the last value
 * @param route null if the endpoint does not exist
 * @param grant what the call's token grants; null if the endpoint takes no token
 * @param variables decoded values of the route's path variables
 */
public record Call(
        String method,
        String path,
        String baseUrl,
        Map<String, String> query,
        Headers headers,
        byte[] body,
        @Nullable Route route,
        Map<String, String> variables,
        @Nullable Grant grant) {

    public static Call read(HttpExchange exchange, @Nullable String publicUrl) throws IOException {
        URI uri = exchange.getRequestURI();
        String host = exchange.getRequestHeaders().getFirst("Host");
        String base = publicUrl != null
                ? publicUrl.replaceAll("/+$", "")
                : (exchange instanceof HttpsExchange ? "https://" : "http://")
                        + (host == null
                                ? "localhost:" + exchange.getLocalAddress().getPort()
                                : host);
        return new Call(
                exchange.getRequestMethod(),
                uri.getRawPath(),
                base,
                parseQuery(uri.getRawQuery()),
                exchange.getRequestHeaders(),
                exchange.getRequestBody().readAllBytes(),
                null,
                Map.of(),
                null);
    }

    private static Map<String, String> parseQuery(@Nullable String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            query.put(decode(key), equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        return query;
    }

    static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    Call on(Route endpoint, Map<String, String> values) {
        return new Call(method, path, baseUrl, query, headers, body, endpoint, values, null);
    }

    Call with(Grant newGrant) {
        return new Call(method, path, baseUrl, query, headers, body, route, variables, newGrant);
    }

    /** Name of the endpoint in reports. */
    String name() {
        return route == null ? method + " " + path : route.name();
    }

    /** Whether this is a call to the Actions service, not to GitHub's REST API or the admin API. */
    boolean isService() {
        return path.startsWith("/tenant/");
    }

    public boolean isAdmin() {
        return path.startsWith("/sim/");
    }

    /** A header, or empty. */
    public String header(String name) {
        String value = headers.getFirst(name);
        return value == null ? "" : value;
    }

    public String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no variable " + name);
        }
        return value;
    }

    public int id() {
        return (int) Math.min(number(variable("id")), Integer.MAX_VALUE);
    }

    public long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ServiceException.badRequest("Not a number: " + text);
        }
    }

    /** The tenant of a service call. */
    public Scope scope() {
        return Scope.ofTenant(variable("tenant"));
    }

    /** URL by which the client calls the service of this tenant, without a trailing slash. */
    public String serviceUrl() {
        return baseUrl + "/tenant/" + variable("tenant");
    }

    /** The body as JSON. */
    public <T> T json(Class<T> type) {
        try {
            return Json.read(body, type);
        } catch (IllegalArgumentException e) {
            throw ServiceException.badRequest("Invalid request body: " + e.getMessage());
        }
    }
}
