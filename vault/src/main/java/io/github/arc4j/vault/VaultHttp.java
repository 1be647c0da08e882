package io.github.arc4j.vault;

import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.ResponseMemory;
import io.github.arc4j.actions.SystemCertificates;
import io.github.arc4j.actions.wire.HttpThreads;
import io.github.arc4j.actions.wire.JsonObject;
import io.github.arc4j.actions.wire.LimitedBody;
import io.github.arc4j.actions.wire.ProxyRoutes;
import io.github.arc4j.actions.wire.WholeResponse;
import io.github.arc4j.vault.VaultException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to a vault and its directory, through the proxies of the vault's configuration. Does not follow
 * redirects.
 */
final class VaultHttp implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /**
     * Azure limits a secret to 25 KiB. Whoever creates a scale set chooses the vault, which may send its responses as
     * slowly as it wants.
     */
    private static final int MAX_BYTES = 64 << 10;

    private static final int THREADS = 2;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Set<Integer> COME_AGAIN = Set.of(408, 429, 500, 502, 503, 504);

    /** @param json empty if the body is not a JSON object */
    record Response(int status, HttpHeaders headers, JsonObject json) {}

    private final ProxyRoutes routes;
    private final HttpClient http;

    VaultHttp(ProxySettings proxies, SystemCertificates certificates) {
        this.routes = new ProxyRoutes(proxies);
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(HttpThreads.executor(THREADS))
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(routes)
                .sslContext(certificates.sslContext())
                .build();
    }

    HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(TIMEOUT).header("Accept", "application/json");
        routes.authenticate(uri, request);
        return request;
    }

    /** @throws VaultException {@link Reason#UNAVAILABLE} if there is no response, or one that asks to retry later */
    Response send(HttpRequest request) throws VaultException, InterruptedException {
        String target =
                request.method() + " " + request.uri().getHost() + request.uri().getPath();
        HttpResponse<byte[]> response = exchange(request, target);
        if (response.statusCode() == 407) {
            throw rejectedByProxy(target);
        }
        if (COME_AGAIN.contains(response.statusCode())) {
            throw new VaultException(
                    Reason.UNAVAILABLE,
                    target + " responded with " + response.statusCode(),
                    retryAfter(response.headers()),
                    null);
        }
        return new Response(response.statusCode(), response.headers(), json(response.body()));
    }

    private HttpResponse<byte[]> exchange(HttpRequest request, String target)
            throws VaultException, InterruptedException {
        try {
            return WholeResponse.await(
                    http.sendAsync(request, head -> new LimitedBody(MAX_BYTES, ResponseMemory.of(MAX_BYTES))),
                    TIMEOUT.toNanos());
        } catch (IOException e) {
            throw new VaultException(
                    Reason.UNAVAILABLE,
                    "%s failed: %s; check the network, the proxy and the URL"
                            .formatted(
                                    target,
                                    e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                    e);
        }
    }

    private static VaultException rejectedByProxy(String target) {
        boolean withheld = !"".equals(System.getProperty(ProxyRoutes.DISABLED_SCHEMES));
        return new VaultException(
                Reason.UNAVAILABLE,
                target + " failed: the proxy responded with 407 Proxy Authentication Required; check its credentials"
                        + (withheld
                                ? ", and start Java with -D" + ProxyRoutes.DISABLED_SCHEMES + "= so that it sends them"
                                : ""));
    }

    /** @param body null if a proxy refused the tunnel */
    private static JsonObject json(byte @Nullable [] body) {
        try {
            return body == null ? JsonObject.EMPTY : JsonObject.read(body);
        } catch (IOException e) {
            return JsonObject.EMPTY;
        }
    }

    private static Duration retryAfter(HttpHeaders headers) {
        try {
            long seconds = Long.parseLong(headers.firstValue("Retry-After").orElse("0"));
            return Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_WAIT.toSeconds()));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
