package io.github.arc4j.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import io.github.arc4j.simulator.http.routing.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

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
        long start = System.nanoTime();
        for (int sent = 0; sent < body.length; sent++) {
            // A sleep takes longer than asked for, on a busy machine much longer, so a byte can be late already.
            long due = start + time.toNanos() * (sent + 1) / body.length;
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            out.write(body[sent]);
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
