package io.github.arc4j.simulator.http;

import java.util.List;

/** The format in which the service returns lists. */
record Page(int count, List<?> value) {
    static Response of(List<?> value) {
        return Response.ok(new Page(value.size(), value));
    }
}
