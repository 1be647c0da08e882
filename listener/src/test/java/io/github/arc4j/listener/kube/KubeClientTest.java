package io.github.arc4j.listener.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.github.arc4j.listener.FakeApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KubeClientTest {
    private static final String LARGE = "x".repeat(5_000_000);

    private FakeApiServer server;
    private KubeClient kube;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer();
        kube = new KubeClient(new KubeEndpoint(server.uri(), () -> "token", null), "test");
    }

    @AfterEach
    void stop() {
        kube.close();
        server.close();
    }

    @Test
    void thePatchedObjectIsNotKept() throws Exception {
        server.answer(200, LARGE);
        HttpResponse<byte[]> response = kube.patch("/object", "{}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void thePatchedObjectIsNotRequested() throws Exception {
        kube.patch("/object", "{}");
        kube.get("/object");
        assertThat(server.headers("Accept"))
                .containsExactly(
                        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
                        "application/json");
    }

    @Test
    void onlyTheStartOfALargeErrorIsKept() throws Exception {
        server.answer(422, "start" + LARGE);
        HttpResponse<byte[]> response = kube.patch("/object", "{}");
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).hasSize(64 << 10).startsWith("startxxx".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aStatusIsComplete() throws Exception {
        String status = "{\"message\":\"%s\"}".formatted("x".repeat(60_000));
        server.answer(422, status);
        assertThat(kube.patch("/object", "{}").body()).asString().isEqualTo(status);
    }

    @Test
    void theConnectionIsReusedAfterALargeBody() throws Exception {
        server.answer(200, LARGE);
        server.answer(500, LARGE);
        for (int i = 0; i < 3; i++) {
            kube.patch("/object", "{}");
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void anObjectIsCompleteUpToALimit() throws Exception {
        server.answer(200, LARGE);
        assertThat(kube.get("/object").body()).hasSize(LARGE.length());
        server.answer(200, LARGE + LARGE);
        assertThatThrownBy(() -> kube.get("/object"))
                .isInstanceOf(KubeException.class)
                .hasMessageContaining("no response from the API server for /object");
    }

    @Test
    void aListHasNoLimit() throws Exception {
        server.answer(200, LARGE + LARGE);
        try (InputStream list = kube.stream("/list").body()) {
            assertThat(list.transferTo(OutputStream.nullOutputStream())).isEqualTo(2L * LARGE.length());
        }
    }

    /** For example because of a webhook. */
    @Test
    @Timeout(20)
    void slowCallsForOneNamespaceDoNotDelayThoseForAnother() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger slow = new AtomicInteger();
        HttpServer waiting = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        waiting.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        waiting.createContext("/", exchange -> {
            if (exchange.getRequestURI().getPath().contains("/namespaces/slow/")) {
                slow.incrementAndGet();
                await(end);
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        waiting.start();
        URI uri = URI.create("http://127.0.0.1:" + waiting.getAddress().getPort());
        try (KubeClient client = new KubeClient(new KubeEndpoint(uri, () -> "token", null), "test")) {
            List<Thread> threads = IntStream.range(0, 200)
                    .mapToObj(
                            i -> Thread.startVirtualThread(() -> patch(client, "/apis/g/v/namespaces/slow/objects/a")))
                    .toList();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> slow.get() >= 25);
            assertThat(patch(client, "/apis/g/v/namespaces/other/objects/a")).isEqualTo(200);
            assertThat(slow).hasValue(25);
            end.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(slow).hasValue(200);
        } finally {
            waiting.stop(0);
        }
    }

    private static int patch(KubeClient client, String path) {
        try {
            return client.patch(path, "{}").statusCode();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
