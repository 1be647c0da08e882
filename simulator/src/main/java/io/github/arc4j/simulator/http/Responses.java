package io.github.arc4j.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import io.github.arc4j.simulator.http.routing.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;

/** Writes responses, both correctly and incorrectly. */
final class Responses {
    private Responses() {}

    static void write(HttpExchange exchange, Response response) throws IOException {
        OutputStream out = begin(exchange, response);
        out.write(response.body());
        out.close();
    }

    /** Announces the whole body but sends only its first half; the exchange must be closed afterwards. */
    static void writeHalf(HttpExchange exchange, Response response) throws IOException {
        OutputStream out = begin(exchange, response);
        out.write(Arrays.copyOf(response.body(), response.body().length / 2));
        out.flush();
    }

    /** Sends the body byte by byte over the given time. */
    static void drip(HttpExchange exchange, Response response, Duration time) throws IOException, InterruptedException {
        OutputStream out = begin(exchange, response);
        byte[] body = response.body();
        for (byte one : body) {
            Thread.sleep(time.toMillis() / body.length, (int) (time.toNanos() / body.length % 1_000_000));
            out.write(one);
            out.flush();
        }
        out.close();
    }

    private static OutputStream begin(HttpExchange exchange, Response response) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        int length = response.body().length;
        exchange.sendResponseHeaders(response.status(), length == 0 ? -1 : length);
        return exchange.getResponseBody();
    }
}
