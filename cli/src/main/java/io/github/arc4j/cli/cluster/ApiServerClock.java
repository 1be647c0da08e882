package io.github.arc4j.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The clock of the API server, which the header {@code Date} of its responses shows in whole seconds. */
final class ApiServerClock {
    private static final int TIMEOUT_S = 10;

    private ApiServerClock() {}

    /** How much the clock of this machine is ahead; empty if unknown. */
    static Optional<Duration> skew(KubernetesClient client) {
        HttpClient http = client.getHttpClient();
        URI version = URI.create(client.getMasterUrl() + "version");
        Instant before = Clock.systemUTC().instant();
        try {
            HttpResponse<String> response = http.sendAsync(
                            http.newHttpRequestBuilder().uri(version).build(), String.class)
                    .get(TIMEOUT_S, TimeUnit.SECONDS);
            Instant after = Clock.systemUTC().instant();
            return Optional.ofNullable(response.header("Date"))
                    .flatMap(ApiServerClock::parse)
                    .map(server -> outside(before, after, server));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty(); // the requests that follow report it
        }
    }

    private static Optional<Instant> parse(String date) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Zero if the server's time, which is truncated to seconds, may be one within the request. */
    static Duration outside(Instant before, Instant after, Instant server) {
        if (before.isAfter(server.plusSeconds(1))) {
            return Duration.between(server.plusSeconds(1), before);
        }
        return after.isBefore(server) ? Duration.between(server, after) : Duration.ZERO;
    }
}
