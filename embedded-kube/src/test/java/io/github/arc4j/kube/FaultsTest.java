package io.github.arc4j.kube;

import static io.github.arc4j.kube.Cluster.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.kube.store.ResourceStore;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private final Cluster cluster = new Cluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void failuresBeforeTheEffectHaveNoEffect() {
        var fault = cluster.kube
                .faults()
                .inject(Fault.on("create", "widgets").times(2).answer(503));
        assertFails(() -> cluster.create(Widget.named("one", 1)), 503, "ServiceUnavailable");
        assertFails(() -> cluster.create(Widget.named("one", 1)), 503, "ServiceUnavailable");
        assertThat(cluster.widgets().withName("one").get()).isNull();
        cluster.create(Widget.named("one", 1));
        assertThat(fault.strikes()).isEqualTo(2);
    }

    @Test
    void failuresAfterTheEffectReplaceOnlyTheReply() {
        cluster.kube.faults().inject(Fault.on("create", "widgets").afterEffect().answer(500));
        assertFails(() -> cluster.create(Widget.named("one", 1)), 500, "InternalError");
        assertThat(cluster.widgets().withName("one").get()).isNotNull();
    }

    @Test
    void droppedConnectionsReceiveNoReply() {
        cluster.kube.faults().inject(Fault.on("create", "widgets").drop());
        assertThatThrownBy(() -> cluster.create(Widget.named("one", 1))).hasRootCauseInstanceOf(IOException.class);
        assertThat(cluster.widgets().withName("one").get()).isNull();
        cluster.kube.faults().inject(Fault.on("create", "widgets").drop().afterEffect());
        assertThatThrownBy(() -> cluster.create(Widget.named("one", 1))).hasRootCauseInstanceOf(IOException.class);
        assertThat(cluster.widgets().withName("one").get()).isNotNull();
        assertThat(cluster.kube.requests().snapshot())
                .filteredOn(entry -> entry.request().verb().equals("create"))
                .extracting(RequestLog.Entry::status)
                .containsExactly(0, 0);
    }

    @Test
    void faultsMatchByNameAndSubresourceInOrder() {
        cluster.create(Widget.named("one", 1));
        Widget two = cluster.create(Widget.named("two", 1));
        two.setStatus(new Widget.Status("Ready", 1));
        cluster.kube
                .faults()
                .inject(Fault.on("update", "widgets/status").name("t.*").answer(409));
        cluster.kube.faults().inject(Fault.on("*", "widgets/status").answer(500));
        assertThat(cluster.widgets().withName("one").get()).isNotNull();
        assertFails(() -> cluster.client.resource(two).updateStatus(), 409, "Conflict");
        assertFails(() -> cluster.client.resource(two).updateStatus(), 500, "InternalError");
        assertThat(cluster.client.resource(two).updateStatus().getStatus().ready())
                .isEqualTo(1);
    }

    @Test
    void concurrentWritesCanBeInjected() {
        Widget one = cluster.create(Widget.named("one", 1));
        cluster.kube
                .faults()
                .inject(Fault.on("update", "widgets")
                        .meanwhile(request -> cluster.kube
                                .store()
                                .resource("widgets")
                                .patch(request.namespace(), request.name(), ResourceStore.Part.OBJECT, object -> {
                                    object.withObject("/metadata/labels").put("in", "between");
                                    return object;
                                })));
        one.setSpec(Widget.Spec.of(2));
        assertFails(() -> cluster.client.resource(one).update(), 409, "Conflict");
        assertThat(cluster.widgets().withName("one").get().getMetadata().getLabels())
                .containsEntry("in", "between");
    }

    @Test
    void exceededQuotaForbidsPodsUntilItIsRemoved() {
        try (var quota = cluster.kube.faults().inject(Fault.exceededQuota("runners"))) {
            assertThatThrownBy(() -> cluster.client.resource(Cluster.pod("p")).create())
                    .hasMessageContaining("pods \"p\" is forbidden: exceeded quota: runners, requested: pods=1");
            assertFails(() -> cluster.client.resource(Cluster.pod("p")).create(), 403, "Forbidden");
            assertThat(quota.strikes()).isEqualTo(2);
        }
        cluster.client.resource(Cluster.pod("p")).create();
    }

    @Test
    void delaysRequests() {
        cluster.kube.faults().inject(Fault.on("list", "widgets").delay(Duration.ofMillis(200)));
        long start = System.nanoTime();
        cluster.widgets().list();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void logRecordsClientsAndRequests() {
        cluster.create(Widget.named("one", 1));
        cluster.widgets().withName("one").get();
        cluster.widgets().withName("none").get();
        Widget one = cluster.widgets().withName("one").get();
        one.setStatus(new Widget.Status("Ready", 1));
        cluster.client.resource(one).updateStatus();
        cluster.widgets().inAnyNamespace().list();
        assertThat(cluster.kube.requests().counts())
                .containsEntry("create widgets", 1L)
                .containsEntry("get widgets", 3L)
                .containsEntry("update widgets/status", 1L)
                .containsEntry("list widgets", 1L);
        assertThat(cluster.kube.requests().count(request -> request.name().equals("none")))
                .isEqualTo(1);
        assertThat(cluster.kube.requests().snapshot())
                .extracting(RequestLog.Entry::status)
                .containsExactly(201, 200, 404, 200, 200, 200);
        assertThat(cluster.kube.requests().snapshot().getFirst().request()).satisfies(request -> {
            assertThat(request.userAgent()).startsWith("fabric8");
            assertThat(request)
                    .isEqualTo(new ApiRequest(
                            request.userAgent(), "create", "example.com", "widgets", "", Cluster.NAMESPACE, "one"));
        });
        assertThat(cluster.kube.requests().reset()).hasSize(6);
        assertThat(cluster.kube.requests().snapshot()).isEmpty();
    }
}
