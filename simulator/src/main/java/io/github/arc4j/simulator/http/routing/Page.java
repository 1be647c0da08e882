package io.github.arc4j.simulator.http.routing;

import java.util.List;

/** The format in which the service returns lists. */
public record Page(int count, List<?> value) {
    public static Response of(List<?> value) {
        return Response.ok(new Page(value.size(), value));
    }
}
