package io.github.arc4j.process.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointTest {
    private static final int LIMIT = OpenConnections.Phase.RECEIVING.limit;
    private static final String CLOSING_PROBE = "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n";

    private final CollectorRegistry registry = new CollectorRegistry();
    private final AtomicReference<Optional<String>> problem = new AtomicReference<>(Optional.empty());
    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch mayContinue = new CountDownLatch(1);
    private HttpEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        endpoint = HttpEndpoint.start(
                new ListenAddress("127.0.0.1", 0),
                Map.of(
                        "/metrics",
                        MetricsHandler.countingErrors(registry),
                        "/healthz",
                        new HealthHandler(problem::get),
                        "/large",
                        HttpEndpointTest::respondAtLength,
                        "/events",
                        this::respondWithoutEnd,
                        "/echo",
                        call -> HttpReply.text(200, call.parameter("text")),
                        "/broken",
                        call -> {
                            throw new IllegalStateException("broken");
                        }));
    }

    @AfterEach
    void stop() {
        endpoint.close();
        client.close();
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void aProbeIsAnsweredOnTheThreadThatAcceptsConnections() throws Exception {
        String response = "";
        // On a busy machine, a probe may be late, and then the endpoint does not wait for the next ones.
        for (int i = 0; i < 20 && !response.endsWith("\r\n\r\nplatform"); i++) {
            try (HttpEndpoint probes = probesOnThread()) {
                response = probe(probes);
            }
        }
        assertThat(response).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\nplatform");
    }

    @Test
    void aSlowClientDoesNotOccupyTheThreadThatAcceptsConnections() throws Exception {
        try (HttpEndpoint probes = probesOnThread();
                Socket silent = new Socket("127.0.0.1", probes.port())) {
            assertThat(probe(probes)).endsWith("\r\n\r\nvirtual");

            silent.getOutputStream().write("GET /healthz HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
            assertThat(new String(silent.getInputStream().readAllBytes(), US_ASCII))
                    .endsWith("\r\n\r\nvirtual");
        }
    }

    @Test
    void aConnectionWithSeveralProbesDoesNotOccupyTheThreadThatAcceptsConnections() throws Exception {
        try (HttpEndpoint probes = probesOnThread();
                Socket several = new Socket("127.0.0.1", probes.port())) {
            String probe = "GET /healthz HTTP/1.1\r\n\r\n";
            several.getOutputStream().write((probe + probe + CLOSING_PROBE).getBytes(US_ASCII));

            assertThat(new String(several.getInputStream().readAllBytes(), US_ASCII).split("\r\n\r\nvirtual", -1))
                    .hasSize(4);
        }
    }

    /** An endpoint that has only probes, which report on which kind of thread they are answered. */
    private static HttpEndpoint probesOnThread() throws IOException {
        HttpHandler kindOfThread =
                new HealthHandler(() -> Optional.of(Thread.currentThread().isVirtual() ? "virtual" : "platform"));
        return HttpEndpoint.start(new ListenAddress("127.0.0.1", 0), Map.of("/healthz", kindOfThread));
    }

    private static String probe(HttpEndpoint endpoint) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", endpoint.port())) {
            socket.getOutputStream().write(CLOSING_PROBE.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    @Test
    void aProbeFailsWithTheReason() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        problem.set(Optional.of("deaf for an hour"));
        HttpResponse<byte[]> response = get("/healthz");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(text(response)).isEqualTo("deaf for an hour");
    }

    @Test
    void onlyExactPathsAreServed() throws Exception {
        assertThat(get("/healthz/x").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    @Test
    void requestsOfAConnectionAreAnsweredInTheirOrder() throws Exception {
        try (Socket socket = send("GET /healthz?verbose HTTP/1.1\r\nHost: x\r\n\r\nGET /no HTTP/1.1\r\n\r\nGET /")) {
            socket.getOutputStream().write("metrics HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
            assertThat(response(socket))
                    .containsSubsequence("HTTP/1.1 200 OK", "\r\n\r\nok", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK");
        }
    }

    @Test
    void aHeadRequestHasNoBody() throws Exception {
        try (Socket socket = send("HEAD /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")) {
            assertThat(response(socket)).contains("Content-Length: 2").endsWith("\r\n\r\n");
        }
    }

    @Test
    void anOldClientGetsABodyThatEndsWithTheConnection() throws Exception {
        Counter.build("jobs_total", "Jobs.").register(registry).inc();
        try (Socket socket = send("GET /metrics HTTP/1.0\r\n\r\n")) {
            assertThat(response(socket))
                    .contains("Connection: close", "jobs_total 1.0")
                    .doesNotContain("chunked");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n",
                "GET\r\n\r\n",
                "GET /healthz HTTP/2\r\n\r\n",
                "GET http://x/healthz HTTP/1.1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nno header\r\n\r\n",
                "\u0016\u0003\u0001\r\n\r\n"
            })
    void otherProtocolsAreRefused(String start) throws Exception {
        try (Socket socket = send(start)) {
            assertThat(response(socket)).startsWith("HTTP/1.1 400 Bad Request");
        }
    }

    @Test
    void aHeadOf16KibibytesIsRefused() throws Exception {
        String start = "GET /healthz HTTP/1.1\r\nX: ";
        try (Socket socket = send(start + "x".repeat(16 * 1024 - start.length()))) {
            assertThat(response(socket)).startsWith("HTTP/1.1 431 Request Header Fields Too Large");
        }
    }

    @Test
    void aHandlerThatFailsIsAnsweredWithAnError() throws Exception {
        assertThat(get("/broken").statusCode()).isEqualTo(500);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void connectionsEndWithTheEndpoint() throws Exception {
        try (Socket socket = send("GET /healthz HTTP/1.1\r\n\r\n")) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            endpoint.close();
            assertClosed(socket);
        }
    }

    private static String response(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    @Test
    void halfSentRequestsMakeRoomForOthers() throws Exception {
        List<Socket> flood = new ArrayList<>();
        try {
            for (int i = 0; i <= LIMIT; i++) {
                flood.add(send("GET /metrics HTTP/1.1\r\nHost: "));
            }
            assertClosed(flood.getFirst());
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
            assertThat(get("/metrics").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    @Test
    void responsesThatNobodyReadsMakeRoomForOthers() throws Exception {
        List<Socket> flood = new ArrayList<>();
        try {
            for (int i = 0; i <= LIMIT; i++) {
                Socket socket = send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
                flood.add(socket);
                assertThat(socket.getInputStream().read()).isPositive();
            }
            assertClosed(flood.getFirst());
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    /** Sends more than the buffers between two sockets can hold. */
    private static HttpReply respondAtLength(HttpCall call) {
        return HttpReply.stream(Map.of(), out -> {
            byte[] part = new byte[1 << 20];
            for (int i = 0; i < 32; i++) {
                out.write(part);
            }
        });
    }

    @Test
    void dataBeforeAFlushOfAnEndlessResponseArrivesImmediately() throws Exception {
        try (Socket socket = send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            assertThat(lines.lines().takeWhile(line -> !line.equals("first"))).isNotEmpty();

            mayContinue.countDown();

            assertThat(lines.lines().takeWhile(line -> !line.equals("second"))).isNotEmpty();
        }
    }

    private HttpReply respondWithoutEnd(HttpCall call) {
        return HttpReply.endless(Map.of(), out -> {
            out.write("first\n".getBytes(US_ASCII));
            out.flush();
            try {
                mayContinue.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            out.write("second\n".getBytes(US_ASCII));
        });
    }

    @ParameterizedTest
    @CsvSource({"?text=a%2Fb+c, a/b c", "?other=x&text=y, y", "?text=%, ''", "?text, ''", "'', ''"})
    void aParameterOfTheQueryIsDecoded(String query, String text) throws Exception {
        try (Socket socket = send("GET /echo" + query + " HTTP/1.1\r\nConnection: close\r\n\r\n")) {
            assertThat(response(socket)).endsWith("\r\n\r\n" + text);
        }
    }

    private Socket send(String start) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress("127.0.0.1", endpoint.port()));
        socket.getOutputStream().write(start.getBytes(US_ASCII));
        return socket;
    }

    /** If the socket stays open, its timeout fails the test. */
    private static void assertClosed(Socket socket) {
        try {
            socket.getInputStream().skipNBytes(Long.MAX_VALUE);
        } catch (EOFException | SocketException closed) {
            return;
        } catch (IOException e) {
            throw new AssertionError("still open", e);
        }
    }

    @Test
    void aTakenPortIsNamed() {
        ListenAddress taken = new ListenAddress("127.0.0.1", endpoint.port());
        assertThatThrownBy(() -> HttpEndpoint.start(taken, Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + endpoint.port());
    }

    @Test
    void metricsLookLikeThoseOfGo() throws Exception {
        Counter.build("jobs_total", "Jobs.").register(registry).inc();
        Histogram.build("wait_seconds", "Wait.")
                .buckets(0.05, 1, 1e6)
                .register(registry)
                .observe(0.5);
        HttpResponse<byte[]> response = get("/metrics");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text(response).lines())
                .contains(
                        "# TYPE jobs_total counter",
                        "jobs_total 1.0",
                        "wait_seconds_bucket{le=\"0.05\",} 0.0",
                        "wait_seconds_bucket{le=\"1\",} 1.0",
                        "wait_seconds_bucket{le=\"1e+06\",} 1.0",
                        "wait_seconds_bucket{le=\"+Inf\",} 1.0",
                        "promhttp_metric_handler_errors_total{cause=\"gathering\",} 0.0")
                .noneMatch(line -> line.contains("_created"));
    }

    @Test
    void seriesKeepTheirNamesWhenPrometheusPrefersOpenMetrics() throws Exception {
        Histogram.build("wait_seconds", "Wait.").buckets(1).register(registry);
        HttpResponse<byte[]> response = get(
                "/metrics",
                "Accept",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text(response))
                .contains("wait_seconds_bucket{le=\"1\",} 0.0")
                .doesNotContain("# EOF");
    }

    @Test
    void metricsAreCompressedOnRequest() throws Exception {
        Counter.build("jobs_total", "Jobs.").register(registry).inc();
        HttpResponse<byte[]> response = get("/metrics", "Accept-Encoding", "gzip");
        assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
        String text = new String(
                new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text).contains("# TYPE jobs_total counter");
    }

    @Test
    void floatsAreWrittenAsGoDoes() {
        assertThat(MetricsText.goFloat("3600.0")).isEqualTo("3600");
        assertThat(MetricsText.goFloat("1.0E-8")).isEqualTo("1e-08");
        assertThat(MetricsText.goFloat("1.5E-5")).isEqualTo("1.5e-05");
        assertThat(MetricsText.goFloat("0.0001")).isEqualTo("0.0001");
        assertThat(MetricsText.goFloat("1234567.0")).isEqualTo("1.234567e+06");
        assertThat(MetricsText.goFloat("0.0")).isEqualTo("0");
    }
}
