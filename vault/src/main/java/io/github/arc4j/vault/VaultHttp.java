package io.github.arc4j.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.ProxySettings;
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
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Requests to a vault and its directory, through the proxies of the vault's configuration. Follows no redirects. */
final class VaultHttp implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final String TUNNELING_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";
    private static final Set<Integer> COME_AGAIN = Set.of(408, 429, 500, 502, 503, 504);

    /** @param json missing if the body is none */
    record Answer(int status, HttpHeaders headers, JsonNode json) {}

    private final ObjectMapper mapper = new ObjectMapper();
    private final ProxySettings proxies;
    private final HttpClient http;

    VaultHttp(ProxySettings proxies) {
        this.proxies = proxies;
        boolean tunnel =
                proxies.https().filter(proxy -> !proxy.user().isEmpty()).isPresent();
        if (tunnel && System.getProperty(TUNNELING_SCHEMES) == null) {
            System.setProperty(TUNNELING_SCHEMES, ""); // else the JDK sends a proxy no Basic credentials for https
        }
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(Thread::startVirtualThread)
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(new Selector(proxies))
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
        Answer answer;
        try {
            var response = http.send(request, BodyHandlers.ofByteArray());
            answer = new Answer(response.statusCode(), response.headers(), json(response.body()));
        } catch (IOException e) {
            throw new VaultException(
                    Reason.UNAVAILABLE,
                    "%s failed: %s; check the network, the proxy and the URL"
                            .formatted(
                                    target,
                                    e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                    e);
        }
        if (COME_AGAIN.contains(answer.status())) {
            throw new VaultException(
                    Reason.UNAVAILABLE, target + " answered " + answer.status(), retryAfter(answer.headers()), null);
        }
        return answer;
    }

    private JsonNode json(byte[] body) {
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
