package io.github.arc4j.simulator.http.routing;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A response; an empty body is sent with length 0, or without a length for status 204. */
public record Response(int status, Map<String, String> headers, byte[] body) {

    public static Response json(int status, Object value) {
        return new Response(status, Map.of("Content-Type", "application/json; charset=utf-8"), Json.bytes(value));
    }

    public static Response ok(Object value) {
        return json(200, value);
    }

    public static Response empty(int status) {
        return new Response(status, Map.of(), new byte[0]);
    }

    public static Response of(int status, Map<String, String> headers, String body) {
        return new Response(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    Response withHeader(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putIfAbsent(name, value);
        return new Response(status, all, body);
    }
}
