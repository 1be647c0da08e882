package io.github.arc4j.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The limits are loose because other builds may use the machine; the log contains the measured figures. */
class ThroughputTest {

    private static final Logger log = Logger.getLogger(ThroughputTest.class.getName());

    @Test
    void thousandsOfPodsRunAndAreDeletedWithinSeconds() throws Exception {
        int n = 2000;
        try (Cluster cluster = new Cluster(builder -> builder.pods(pod -> 0));
                SharedIndexInformer<Pod> informer = cluster.client.pods().inform()) {
            long start = System.nanoTime();
            Semaphore slots = new Semaphore(32);
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < n; i++) {
                    Pod pod = Cluster.pod("p" + i);
                    slots.acquire();
                    executor.submit(() -> {
                        try {
                            return cluster.client.resource(pod).create();
                        } finally {
                            slots.release();
                        }
                    });
                }
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> informer.getStore().list().stream()
                                    .filter(pod ->
                                            "Succeeded".equals(pod.getStatus().getPhase()))
                                    .count()
                            == n);
            Duration ran = Duration.ofNanos(System.nanoTime() - start);
            cluster.client.pods().delete();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> informer.getStore().list().isEmpty());
            Duration deleted = Duration.ofNanos(System.nanoTime() - start);
            log.info(() -> n + " pods succeeded after " + ran + ", deleted after " + deleted);
            assertThat(deleted).isLessThan(Duration.ofSeconds(60));
        }
    }

    @Test
    void answersThousandsOfRequestsPerSecond() throws Exception {
        int n = 6000;
        try (Cluster cluster = new Cluster();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            cluster.create(Widget.named("one", 1));
            URI uri = cluster.kube.uri().resolve("/apis/example.com/v1/namespaces/tests/widgets/one");
            double rate = 0;
            for (int round = 0; round < 2; round++) {
                long start = System.nanoTime();
                Semaphore slots = new Semaphore(16);
                try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (int i = 0; i < n; i++) {
                        String body = "{\"spec\":{\"size\":" + i + "}}";
                        HttpRequest request = HttpRequest.newBuilder(uri)
                                .header("Content-Type", "application/merge-patch+json")
                                .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                                .build();
                        slots.acquire();
                        executor.submit(() -> {
                            try {
                                return http.send(request, HttpResponse.BodyHandlers.ofByteArray())
                                        .statusCode();
                            } finally {
                                slots.release();
                            }
                        });
                    }
                }
                rate = n / ((System.nanoTime() - start) / 1e9);
            }
            assertThat(cluster.kube.requests().snapshot())
                    .filteredOn(entry -> entry.request().verb().equals("patch"))
                    .allMatch(entry -> entry.status() == 200)
                    .hasSize(2 * n);
            double measured = rate;
            log.info(() -> "%.0f patches/s".formatted(measured));
            assertThat(rate).isGreaterThan(300);
        }
    }
}
