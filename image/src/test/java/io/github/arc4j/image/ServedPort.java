package io.github.arc4j.image;

import io.github.arc4j.process.http.HealthHandler;
import io.github.arc4j.process.http.HttpEndpoint;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.http.MetricsHandler;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A process that serves only the HTTP port that every process has. It prints the port's number and exits at the end of
 * its input.
 */
final class ServedPort {

    private ServedPort() {}

    public static void main(String[] args) throws IOException {
        HttpEndpoint endpoint = HttpEndpoint.start(
                new ListenAddress("127.0.0.1", 0),
                Map.of(
                        "/metrics",
                        MetricsHandler.countingErrors(new CollectorRegistry()),
                        "/healthz",
                        new HealthHandler(Optional::empty)));
        System.out.println(endpoint.port());
        System.in.transferTo(System.err);
        endpoint.close();
    }
}
