package io.github.arc4j.controller.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.runtime.TestKube;
import io.github.arc4j.kube.http.Fault;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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
    void arequestThatTheServerHasNoTimeForIsSentAgain() {
        kube.server.faults().inject(Fault.on("create", "configmaps").times(2).answer(429));
        assertThat(create("a").getMetadata().getUid()).isNotEmpty();
        assertThat(kube.requests("create", "configmaps")).isEqualTo(3);
        assertThat(total("429", "POST")).isEqualTo(2);
        assertThat(total("201", "POST")).isEqualTo(1);
    }

    @Test
    void aServerThatStaysBusyIsAnErrorInTheEnd() {
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
    void aWriteThatMayHaveHadItsEffectIsNotRepeated() {
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
    void requestsWithoutAnAnswerAreCounted() {
        kube.server.close();
        assertThatThrownBy(() -> create("a")).isInstanceOf(KubernetesClientException.class);
        assertThat(total("<error>", "POST")).isEqualTo(1);
    }

    @Test
    void manyRequestsAtATimeAreFine() throws Exception {
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

    private double total(String code, String method) {
        return kube.registry.getSampleValue(
                "rest_client_requests_total",
                new String[] {"code", "method", "host"},
                new String[] {code, method, kube.server.uri().getAuthority()});
    }
}
