package io.github.arc4j.process.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.process.http.MetricsHandler.Snapshot;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests for metrics, by clients that anyone may start. */
class MetricsHandlerTest {
    private static final int CLIENTS = OpenConnections.Phase.RESPONDING.limit;
    private static final HttpCall CALL = new HttpCall("GET", "/metrics", "", "HTTP/1.0", Map.of(), () -> false);
    private static final HttpCall ABANDONED = new HttpCall("GET", "/metrics", "", "HTTP/1.0", Map.of(), () -> true);

    private final AtomicLong now = new AtomicLong(42);
    private final AtomicInteger collections = new AtomicInteger();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final MetricsHandler handler = new MetricsHandler(registry, null, now::get);
    private final List<Socket> sockets = new ArrayList<>();
    private HttpEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        endpoint = HttpEndpoint.start(
                new ListenAddress("127.0.0.1", 0),
                Map.of("/metrics", handler, "/healthz", new HealthHandler(Optional::empty)));
    }

    @AfterEach
    void stop() throws IOException {
        endpoint.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Registers a collector of a gauge whose value is the number of collections. */
    private void collector(int series, Runnable whileCollecting) {
        new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                int value = collections.incrementAndGet();
                whileCollecting.run();
                List<MetricFamilySamples.Sample> samples = new ArrayList<>();
                for (int i = 0; i < series; i++) {
                    samples.add(new MetricFamilySamples.Sample(
                            "collections", List.of("job"), List.of("job ä \"" + i), value));
                }
                return List.of(new MetricFamilySamples("collections", Type.GAUGE, "Collections.", samples));
            }
        }.register(registry);
    }

    private Socket send(String request) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress("127.0.0.1", endpoint.port()));
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        return socket;
    }

    private String body(HttpCall call) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        handler.handle(call).body().writeTo(body);
        return body.toString(StandardCharsets.UTF_8);
    }

    @Test
    void clientsThatReadNothingShareOneSnapshot() throws Exception {
        collector(100_000, () -> {});
        for (int i = 0; i < CLIENTS; i++) {
            send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        for (Socket socket : sockets) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        assertThat(collections).hasValue(1);
        assertThat(handler.snapshot(CALL))
                .isSameAs(handler.snapshot(CALL))
                .satisfies(snapshot -> assertThat(snapshot.compressed()).hasSizeLessThan(1 << 20));
    }

    @Test
    void probesDoNotWaitForSlowCollectors() throws Exception {
        CountDownLatch probed = new CountDownLatch(1);
        AtomicBoolean virtual = new AtomicBoolean();
        collector(1, () -> {
            virtual.set(Thread.currentThread().isVirtual());
            long start = System.nanoTime();
            // Computes instead of waiting, so that no virtual thread can use this thread.
            while (probed.getCount() > 0 && System.nanoTime() - start < 40_000_000_000L) {
                Thread.onSpinWait();
            }
        });
        for (int i = 1; i < CLIENTS; i++) {
            send("GET /metrics HTTP/1.0\r\n\r\n");
        }
        Socket probe = send("GET /healthz HTTP/1.0\r\n\r\n");
        try {
            assertThat(new String(probe.getInputStream().readAllBytes(), US_ASCII))
                    .endsWith("\r\n\r\nok");
        } finally {
            probed.countDown();
        }
        assertThat(new String(sockets.getFirst().getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("collections{job=\"job ä \\\"0\",} 1.0");
        assertThat(virtual).isFalse();
    }

    @Test
    void aRequestASecondLaterGetsCurrentValues() throws Exception {
        collector(1, () -> {});
        assertThat(body(CALL)).endsWith(" 1.0\n");
        now.addAndGet(Duration.ofMillis(999).toNanos());
        assertThat(body(CALL)).endsWith(" 1.0\n");
        now.addAndGet(Duration.ofMillis(2).toNanos());
        assertThat(body(CALL)).endsWith(" 2.0\n");
    }

    @Test
    void requestsShareAFailedCollectionToo() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        collector(1, () -> {
            if (fails.get()) {
                throw new IllegalStateException("broken");
            }
        });
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> handler.snapshot(CALL)).hasRootCauseMessage("broken");
        }
        assertThat(collections).hasValue(1);
        fails.set(false);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(body(CALL)).endsWith(" 2.0\n");
    }

    /** Each would keep the metrics of another second. */
    @Test
    void clientsThatReadSlowlyShareFewSnapshots() throws Exception {
        collector(1, () -> {});
        CountDownLatch read = new CountDownLatch(1);
        List<Thread> clients = new ArrayList<>();
        for (int second = 0; second < 30; second++) {
            HttpReply reply = handler.handle(CALL);
            CountDownLatch writing = new CountDownLatch(1);
            clients.add(Thread.startVirtualThread(() -> readSlowly(reply, writing, read)));
            writing.await();
            now.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        assertThat(collections).hasValueBetween(2, 5);
        read.countDown();
        for (Thread client : clients) {
            client.join();
        }
        int before = collections.get();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(body(CALL)).endsWith(" " + (before + 1) + ".0\n");
    }

    private static void readSlowly(HttpReply reply, CountDownLatch writing, CountDownLatch read) {
        try {
            reply.body().writeTo(new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    writing.countDown();
                    try {
                        read.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nothingIsCollectedForAConnectionThatWasClosedMeanwhile() {
        collector(1, () -> {});
        assertThat(handler.snapshot(ABANDONED)).isNull();
        assertThat(collections).hasValue(0);
        assertThat(handler.snapshot(CALL)).isNotNull();
    }

    @Test
    void aSnapshotThatIsTooOldIsNotKept() {
        collector(1, () -> {});
        WeakReference<Snapshot> snapshot = new WeakReference<>(handler.snapshot(CALL));
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        while (!snapshot.refersTo(null)) {
            System.gc();
        }
    }

    @Test
    void theTextIsThatOfTheCollectors() throws Exception {
        collector(5_000, () -> {});
        StringWriter text = new StringWriter();
        TextFormat.write004(text, registry.metricFamilySamples());
        collections.set(0);
        Map<String, String> gzip = Map.of("accept-encoding", "deflate, gzip");
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        HttpReply reply = handler.handle(new HttpCall("GET", "/metrics", "", "HTTP/1.1", gzip, () -> false));
        reply.body().writeTo(compressed);

        assertThat(body(CALL)).isEqualTo(text.toString());
        assertThat(reply.headers())
                .containsOnly(
                        Map.entry("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
                        Map.entry("Content-Encoding", "gzip"));
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed.toByteArray())).readAllBytes())
                .isEqualTo(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
