package io.github.arc4j.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.ByteArrayBodyHandler;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An API server whose responses are as long as tenants can make them. */
class LongResponsesTest {
    private static final int PART = 1024 * 1024;
    private static final int PARTS = 8;

    private final AtomicLong sent = new AtomicLong();
    private final CountDownLatch rest = new CountDownLatch(1);
    private final HttpServer server;
    private final KubernetesApi api;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

    LongResponsesTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(requests);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                if (exchange.getRequestURI().getPath().equals("/short")) {
                    body.write("short".getBytes(StandardCharsets.US_ASCII));
                    return;
                }
                for (int part = 0; part < PARTS; part++) {
                    if (part == PARTS - 1 && exchange.getRequestURI().getPath().equals("/long")) {
                        rest.await();
                    }
                    body.write(new byte[PART]);
                    sent.addAndGet(PART);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        api = TestKube.connect(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "test", new CollectorRegistry());
    }

    @AfterEach
    void stop() {
        rest.countDown();
        api.close();
        server.stop(0);
        requests.close();
    }

    @Test
    void allAreComplete() throws Exception {
        List<Future<String>> responses = IntStream.range(0, 8)
                .mapToObj(number -> requests.submit(() -> api.client().raw("/long")))
                .toList();
        await().until(() -> sent.get() >= 2L * (PARTS - 1) * PART);

        assertThat(api.client().raw("/short")).isEqualTo("short");
        assertThat(responses).noneMatch(Future::isDone);

        rest.countDown();
        for (Future<String> response : responses) {
            assertThat(response.get()).hasSize(PARTS * PART);
        }
    }

    /** Their connections have been lost without a trace, and the timeout of a request does not end its body. */
    @Test
    void responsesThatStopMakeRoomForOthers() throws Exception {
        Config access = Config.empty();
        access.setMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        try (KubernetesApi impatient = KubernetesApi.connect(
                access,
                "test",
                new RestClientMetrics(new CollectorRegistry()),
                KubernetesApi.Serialization.create(),
                Duration.ofSeconds(1))) {
            List<Future<String>> stopped = IntStream.range(0, 3)
                    .mapToObj(number -> requests.submit(() -> impatient.client().raw("/long")))
                    .toList();
            for (Future<String> response : stopped) {
                assertThatThrownBy(response::get).hasRootCauseInstanceOf(HttpTimeoutException.class);
            }

            await().ignoreExceptions()
                    .until(() -> impatient.client().raw("/whole").length() == PARTS * PART);
        }
    }

    /** A response in parts that a test sends. */
    private static final class Response extends ByteArrayBodyHandler implements AsyncBody {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final Consumer<List<ByteBuffer>> receiver;
        private int received;

        Response(LongResponses responses) {
            receiver = responses.consumer(
                    this,
                    new StandardHttpRequest.Builder().uri("http://localhost/").build());
        }

        @Override
        public void consume(List<ByteBuffer> part, AsyncBody body) {
            received++;
        }

        @Override
        public void consume() {}

        @Override
        public CompletableFuture<Void> done() {
            return done;
        }

        @Override
        public void cancel() {
            done.cancel(false);
        }

        Response send(int length) throws Exception {
            receiver.consume(List.of(ByteBuffer.allocate(length)), this);
            return this;
        }
    }

    @Test
    void onlyTwoAreReceivedAtATimeInTheirOrder() throws Exception {
        LongResponses responses = new LongResponses(Duration.ofMinutes(1));
        Response first = new Response(responses).send(PART);
        Response second = new Response(responses).send(PART);
        Response third = new Response(responses).send(1000).send(PART);
        Response fourth = new Response(responses).send(PART);
        Response shortOne = new Response(responses).send(1000).send(1000);
        first.send(PART);
        assertThat(List.of(first.received, second.received, third.received, fourth.received, shortOne.received))
                .containsExactly(2, 1, 1, 0, 2);

        third.cancel();
        first.done.complete(null);
        assertThat(List.of(third.received, fourth.received)).containsExactly(1, 1);

        Response fifth = new Response(responses).send(PART);
        assertThat(fifth.received).isZero();
        second.done.completeExceptionally(new IOException("closed"));
        fourth.done.complete(null);
        assertThat(fifth.received).isEqualTo(1);
        assertThat(new Response(responses).send(PART).received).isEqualTo(1);
        assertThat(new Response(responses).send(PART).received).isZero();
    }
}
