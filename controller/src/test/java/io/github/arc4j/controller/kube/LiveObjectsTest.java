package io.github.arc4j.controller.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.kube.deserialization.LeanObjects;
import io.github.arc4j.runtime.Controller;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.metrics.RuntimeMetrics;
import io.github.arc4j.runtime.queue.Priority;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An API server whose objects are as large as tenants can make them. */
@NullUnmarked
class LiveObjectsTest {
    private static final String SECRETS = "/api/v1/namespaces/ns/secrets";

    private final HttpServer server;
    private final Map<String, String> responses = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> reading = new ConcurrentHashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final KubernetesApi api;
    private final LiveObjects objects;

    LiveObjectsTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            String response = responses.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(response == null ? 404 : 200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(Objects.requireNonNullElse(
                                response, "{\"kind\":\"Status\",\"code\":404,\"message\":\"no such object\"}")
                        .getBytes(UTF_8));
            }
        });
        server.start();
        api = TestKube.connect(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "test", new CollectorRegistry());
        ObjectMapper lean = api.json().copy();
        LeanObjects.configure(lean);
        objects = new LiveObjects(api.client(), lean);
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    private static String entries(int number, String value) {
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < number; i++) {
            entries.append(i == 0 ? "\"" : ",\"")
                    .append(i)
                    .append("\":\"")
                    .append(value)
                    .append('"');
        }
        return entries.toString();
    }

    private static long allocatedBy(Runnable task) {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        task.run();
        return thread.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void theNamesInAPageNeedLittleMemory() {
        String pod =
                "{\"metadata\":{\"name\":\"%s\",\"managedFields\":[{}]%s},\"spec\":{\"containers\":[{\"args\":[\"%s\"]}]}}";
        String args = "\\u003c".repeat(400_000);
        responses.put(
                "/api/v1/namespaces/ns/pods",
                "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"more\"},\"items\":["
                        + pod.formatted("a", "", args) + ","
                        + pod.formatted("b", ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"", args) + ","
                        + pod.formatted("c", "", args) + "]}");
        assertThat(objects.names(Pod.class, "ns", "runner-pod=a", 5, "").names())
                .containsExactly("a", "c");

        assertThat(allocatedBy(() -> assertThat(objects.names(Pod.class, "ns", "runner-pod=a", 5, "before")
                                .next())
                        .isEqualTo("more")))
                // the HTTP client copies each part; with the whole text, it would be three times as much
                .isLessThan(args.length() * 3 * 3L / 2);
        assertThat(requests)
                .containsExactly(
                        "GET /api/v1/namespaces/ns/pods?labelSelector=runner-pod%3Da&limit=5",
                        "GET /api/v1/namespaces/ns/pods?labelSelector=runner-pod%3Da&limit=5&continue=before");
    }

    @Test
    void onlyTheFirstEntriesOfASecretAreRead() {
        responses.put(
                SECRETS + "/a",
                "{\"metadata\":{\"name\":\"a\",\"managedFields\":[{\"fieldsV1\":{%s}}]},\"data\":{\"github_token\":\"eA==\",\"long\":\"%s\",%s}}"
                        .formatted(entries(70_000, "x"), "x".repeat(1_000_000), entries(70_000, "eA==")));

        Secret secret = objects.ofTenant("ns", Secret.class, "ns", "a");

        assertThat(secret.getData())
                .hasSize(1000)
                .containsEntry("github_token", "eA==")
                .hasEntrySatisfying("long", value -> assertThat(value).hasSize(1_000_000));
        assertThat(secret.getMetadata().getManagedFields()).isEmpty();
    }

    @Test
    void aConfigMapIsRead() {
        responses.put(
                "/api/v1/namespaces/ns/configmaps/a",
                "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"7\"},\"data\":{\"ca\":\"%s\"},\"binaryData\":{\"b\":\"eA==\"}}"
                        .formatted("x".repeat(1_000_000)));

        ConfigMap map = objects.ofTenant("ns", ConfigMap.class, "ns", "a");

        assertThat(map.getData().get("ca")).hasSize(1_000_000);
        assertThat(map.getMetadata().getResourceVersion()).isEqualTo("7");
    }

    @Test
    void whatDoesNotExistIsNotFoundAndNeedNotBeDeleted() {
        assertThat(objects.ofTenant("ns", Secret.class, "ns", "a")).isNull();
        objects.delete(Secret.class, "ns", "a");
        assertThatThrownBy(() -> objects.names(Secret.class, "ns", "a=b", 5, ""))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageEndingWith("was rejected with 404: no such object");
        assertThat(requests).contains("DELETE " + SECRETS + "/a");
    }

    /** Reads of Secrets in namespaces {@code slow-...} do not end; they are counted by namespace. */
    private void holdReads() {
        server.createContext("/api/v1/namespaces/slow", exchange -> {
            reading.computeIfAbsent(exchange.getRequestURI().getPath().split("/")[4], key -> new AtomicInteger())
                    .incrementAndGet();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write("{\"metadata\":{\"name\":\"a\"},\"data\":{}}".getBytes(UTF_8));
            }
        });
    }

    private int readsInProgress() {
        return reading.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    private static boolean waitsForItsTurn(Thread thread) {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker != null && blocker.getClass().getEnclosingClass() == Semaphore.class;
    }

    private void endOf(List<Thread> readers) throws InterruptedException {
        end.countDown();
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(readsInProgress()).isEqualTo(readers.size());
    }

    @Test
    void fewObjectsAreReadAtATimeAndFewerOfOneTenant() throws Exception {
        holdReads();
        List<Thread> readers = new ArrayList<>();
        for (int namespace = 0; namespace < 4; namespace++) {
            String name = "slow-" + namespace;
            for (int i = 0; i < 5; i++) {
                readers.add(Thread.startVirtualThread(() -> objects.ofTenant(name, Secret.class, name, "a")));
            }
        }
        await().until(() -> readsInProgress() == 6);
        assertThat(reading.values())
                .allSatisfy(number -> assertThat(number.get()).isBetween(1, 2));
        endOf(readers);
    }

    @Test
    void secretsThatTheControllerComparesCountAsThoseOfTheirTenant() throws Exception {
        holdReads();
        LiveSecrets secrets = new LiveSecrets(api.client(), api.json(), objects);
        Secret desired = new SecretBuilder()
                .withNewMetadata()
                .withNamespace("slow")
                .withName("a")
                .endMetadata()
                .withData(Map.of())
                .build();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            readers.add(Thread.ofPlatform().start(() -> secrets.ensure(desired)));
        }
        await().until(() -> readsInProgress()
                        + readers.stream()
                                .filter(LiveObjectsTest::waitsForItsTurn)
                                .count()
                == readers.size());
        assertThat(readsInProgress()).isEqualTo(2);
        endOf(readers);
    }

    @Test
    void reconcilesThatWaitForTheirTurnDoNotHoldUpOthers() throws Exception {
        holdReads();
        CountDownLatch others = new CountDownLatch(1);
        Controller controller = Controller.builder("EphemeralRunner", request -> {
                    if (request.namespace().equals("other")) {
                        others.countDown();
                    } else {
                        objects.ofTenant(request.namespace(), Secret.class, request.namespace(), "a");
                    }
                    return Result.done();
                })
                .concurrency(7) // one more than are read at a time
                .build(RuntimeMetrics.register(new CollectorRegistry()));
        controller.start();
        try {
            for (int number = 0; number < 12; number++) {
                controller.enqueue(new Request("slow-" + number % 4, "runner-" + number), Priority.NORMAL);
            }
            await().until(() -> readsInProgress() == 6);
            controller.enqueue(new Request("other", "runner"), Priority.NORMAL);
            assertThat(others.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            end.countDown();
            controller.stop();
        }
        assertThat(controller.awaitIdle(Duration.ofSeconds(20))).isTrue();
    }
}
