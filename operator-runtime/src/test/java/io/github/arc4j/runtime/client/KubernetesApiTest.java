package io.github.arc4j.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
class KubernetesApiTest {
    private final TestKube kube = new TestKube();

    @AfterEach
    void close() {
        kube.close();
    }

    private ConfigMap create(String name) {
        return kube.api.client().resource(TestKube.map(name, "1")).create();
    }

    @Test
    void aThrottledRequestIsRetried() {
        kube.server.faults().inject(Fault.on("create", "configmaps").times(2).answer(429));
        assertThat(create("a").getMetadata().getUid()).isNotEmpty();
        assertThat(kube.requests("create", "configmaps")).isEqualTo(3);
        assertThat(total("429", "POST")).isEqualTo(2);
        assertThat(total("201", "POST")).isEqualTo(1);
    }

    private static Stream<Fault> rateLimits() {
        Fault create = Fault.on("create", "configmaps").always();
        return Stream.of(
                create.answer(
                        429, "TooManyRequests", "limit reached on type Namespace for key default"), // EventRateLimit
                create.limitRate());
    }

    /** An Event beyond the limit of its namespace, for example, must not delay the requests of other namespaces. */
    @ParameterizedTest
    @MethodSource("rateLimits")
    void aRequestThatIsRejectedAtAdmissionIsNeitherRetriedNorTakenForAnOverload(Fault fault) {
        kube.server.faults().inject(fault);
        assertThatThrownBy(() -> create("a"))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(429));
        assertThat(kube.requests("create", "configmaps")).isEqualTo(1);
    }

    /** A webhook may wait for a server that the author of the object names. */
    @Test
    void slowRequestsOfANamespaceDelayThoseOfOthersForASecondAtMost() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        var fault = kube.server
                .faults()
                .inject(Fault.when(request -> request.namespace().equals("slow"))
                        .always()
                        .meanwhile(request -> awaitEnd(end)));
        List<Thread> slow = IntStream.range(0, 100)
                .mapToObj(i -> Thread.startVirtualThread(() -> kube.api
                        .client()
                        .resource(TestKube.map("slow", "a" + i, "1"))
                        .create()))
                .toList();
        await().until(() -> fault.strikes() >= 16);
        for (int i = 0; i < 20; i++) {
            create("b" + i);
        }
        assertThat(end.getCount()).isEqualTo(1);
        end.countDown();
        for (Thread thread : slow) {
            thread.join();
        }
        assertThat(kube.requests("create", "configmaps")).isEqualTo(120);
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aServerThatStaysBusyCausesAnError() {
        kube.server.faults().inject(Fault.on("get", "configmaps").always().answer(429));
        assertThatThrownBy(() -> kube.api
                        .client()
                        .configMaps()
                        .inNamespace("default")
                        .withName("a")
                        .get())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(429));
        assertThat(kube.requests("get", "configmaps")).isEqualTo(6);
    }

    @Test
    void aWriteThatMayHaveTakenEffectIsNotRetried() {
        kube.server
                .faults()
                .inject(Fault.on("create", "configmaps").afterEffect().answer(500));
        assertThatThrownBy(() -> create("a")).isInstanceOf(KubernetesClientException.class);
        assertThat(kube.requests("create", "configmaps")).isEqualTo(1);
        kube.server
                .faults()
                .inject(Fault.on("create", "configmaps").afterEffect().drop());
        assertThatThrownBy(() -> create("b")).isInstanceOf(KubernetesClientException.class);
        assertThat(kube.requests("create", "configmaps")).isEqualTo(2);
    }

    @Test
    void requestsWithoutAResponseAreCounted() {
        kube.server.close();
        assertThatThrownBy(() -> create("a")).isInstanceOf(KubernetesClientException.class);
        assertThat(total("<error>", "POST")).isEqualTo(1);
    }

    @Test
    void manyConcurrentRequestsSucceed() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var created = java.util.stream.IntStream.range(0, 500)
                    .mapToObj(i -> threads.submit(() -> create("map-" + i)))
                    .toList();
            for (Future<ConfigMap> one : created) {
                assertThat(one.get().getMetadata().getUid()).isNotEmpty();
            }
        }
        assertThat(total("201", "POST")).isEqualTo(500);
    }

    /** A server, or something in between, that dies in the middle of responses. */
    @Test
    void responsesThatNeverEndTimeOutAndReleaseTheLimit() throws Exception {
        try (ServerSocket server = new ServerSocket(0);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Socket> connections = new CopyOnWriteArrayList<>();
            threads.execute(() -> beginResponses(server, connections));
            Config access = Config.empty();
            access.setMasterUrl("http://localhost:" + server.getLocalPort() + "/");
            RestClientMetrics metrics = new RestClientMetrics(new CollectorRegistry());
            try (KubernetesApi api = KubernetesApi.connect(
                    access, "test", metrics, KubernetesApi.Serialization.create(), Duration.ofMillis(200))) {
                var all = IntStream.range(0, 40)
                        .mapToObj(i -> threads.submit(() -> api.client()
                                .resource(TestKube.map("map-" + i, "1"))
                                .create()))
                        .toList();
                for (Future<ConfigMap> one : all) {
                    assertThatThrownBy(one::get)
                            .hasRootCauseMessage(
                                    "no complete response to POST /api/v1/namespaces/default/configmaps within 0 s");
                }
            }
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }

    private static void beginResponses(ServerSocket server, List<Socket> connections) {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
                                .getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // it was closed
        }
    }

    private double total(String code, String method) {
        return kube.registry.getSampleValue(
                "rest_client_requests_total",
                new String[] {"code", "method", "host"},
                new String[] {code, method, kube.server.uri().getAuthority()});
    }
}
