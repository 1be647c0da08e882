package io.github.arc4j.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.SystemCertificates;
import io.github.arc4j.vault.VaultException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests to a vault and its directory, through the proxies of the vault's configuration. Follows no redirects. */
final class VaultHttp implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    /** Which authentication the JDK refuses for tunnels through a proxy; read once, before the first request. */
    private static final String TUNNELING_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    private static final Set<Integer> COME_AGAIN = Set.of(408, 429, 500, 502, 503, 504);

    /** @param json missing if the body is none */
    record Answer(int status, HttpHeaders headers, JsonNode json) {}

    private final ObjectMapper mapper = new ObjectMapper();
    private final ProxySettings proxies;
    private final HttpClient http;

    VaultHttp(ProxySettings proxies, SystemCertificates certificates) {
        this.proxies = proxies;
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(Thread::startVirtualThread)
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(new Selector(proxies))
                .sslContext(certificates.sslContext())
                .build();
    }

    HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(TIMEOUT).header("Accept", "application/json");
        proxies.proxyFor(uri)
                .filter(proxy -> !proxy.user().isEmpty())
                .ifPresent(proxy -> request.header("Proxy-Authorization", basic(proxy)));
        return request;
    }

    /** @throws VaultException {@link Reason#UNAVAILABLE} without an answer, or with one that says to come again */
    Answer send(HttpRequest request) throws VaultException, InterruptedException {
        String target =
                request.method() + " " + request.uri().getHost() + request.uri().getPath();
        HttpResponse<byte[]> response = exchange(request, target);
        if (response.statusCode() == 407) {
            throw refusedByProxy(target);
        }
        if (COME_AGAIN.contains(response.statusCode())) {
            throw new VaultException(
                    Reason.UNAVAILABLE,
                    target + " answered " + response.statusCode(),
                    retryAfter(response.headers()),
                    null);
        }
        return new Answer(response.statusCode(), response.headers(), json(response.body()));
    }

    private HttpResponse<byte[]> exchange(HttpRequest request, String target)
            throws VaultException, InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
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

    private static VaultException refusedByProxy(String target) {
        boolean withheld = !"".equals(System.getProperty(TUNNELING_SCHEMES));
        return new VaultException(
                Reason.UNAVAILABLE,
                target + " failed: the proxy answered 407 Proxy Authentication Required; check its credentials"
                        + (withheld ? ", and start Java with -D" + TUNNELING_SCHEMES + "= so that it sends them" : ""));
    }

    /** @param body null with the refusal of a tunnel through a proxy */
    private JsonNode json(byte @Nullable [] body) {
        if (body == null) {
            return MissingNode.getInstance();
        }
        try {
            JsonNode json = mapper.readTree(body);
            return json == null ? MissingNode.getInstance() : json;
        } catch (IOException e) {
            return MissingNode.getInstance(); // its message would quote the body
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

    private static String basic(HttpProxy proxy) {
        byte[] pair = (proxy.user() + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private static final class Selector extends ProxySelector {
        private final ProxySettings settings;

        Selector(ProxySettings settings) {
            this.settings = settings;
        }

        @Override
        public List<Proxy> select(URI uri) {
            return List.of(settings.proxyFor(uri)
                    .map(proxy ->
                            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())))
                    .orElse(Proxy.NO_PROXY));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    }
}
