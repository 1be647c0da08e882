package io.github.arc4j.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.CapturedLog;
import io.github.arc4j.runtime.FakeTime;
import io.github.arc4j.runtime.TestKube;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

@NullUnmarked
class KubernetesEventRecorderTest {
    private final TestKube kube = new TestKube(EmbeddedKube.builder().namespaces("other"));
    private final FakeTime time = new FakeTime();
    private final KubernetesEventRecorder recorder = new KubernetesEventRecorder(kube.api, "the-controller", time);
    private ConfigMap object;

    @BeforeEach
    void createObject() {
        object = kube.create("object", "1");
    }

    @AfterEach
    void close() throws InterruptedException {
        recorder.close();
        kube.close();
    }

    private List<Event> events() {
        return events("default");
    }

    private List<Event> events(String namespace) {
        return kube.client.v1().events().inNamespace(namespace).list().getItems();
    }

    private Event awaitEvent() {
        await().until(() -> !events().isEmpty());
        assertThat(events()).hasSize(1);
        return events().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n"})
    void anEventWithoutMessageHasItsReasonInstead(String message) {
        recorder.warning(object, "Forged", message);
        assertThat(awaitEvent().getMessage()).isEqualTo("Forged");
        time.pass(Duration.ofMinutes(1));
        recorder.recordAgain(object, EventRecorder.Type.WARNING, "Forged", message);
        await().until(() -> events().getFirst().getCount() == 2);
        assertThat(events()).hasSize(1);
    }

    @Test
    void anEventNamesTheObjectAndWhatHappened() {
        recorder.warning(object, "Odd", "This is odd; do something.");
        Event event = awaitEvent();
        assertThat(event.getType()).isEqualTo("Warning");
        assertThat(event.getReason()).isEqualTo("Odd");
        assertThat(event.getMessage()).isEqualTo("This is odd; do something.");
        assertThat(event.getCount()).isEqualTo(1);
        assertThat(event.getFirstTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(event.getSource().getComponent()).isEqualTo("the-controller");
        assertThat(event.getInvolvedObject().getKind()).isEqualTo("ConfigMap");
        assertThat(event.getInvolvedObject().getUid())
                .isEqualTo(object.getMetadata().getUid());
        assertThat(event.getMetadata().getName()).startsWith("object.");
    }

    @Test
    void aRepeatedEventUpdatesTheCountPeriodically() {
        recorder.normal(object, "Same", "again");
        awaitEvent();
        for (int i = 0; i < 10; i++) {
            recorder.normal(object, "Same", "again");
        }
        time.pass(Duration.ofSeconds(30));
        recorder.normal(object, "Same", "again");
        await().untilAsserted(() -> assertThat(awaitEvent().getCount()).isEqualTo(12));
        assertThat(awaitEvent().getLastTimestamp()).isEqualTo("2026-01-01T00:00:30Z");
        await().until(() -> kube.requests("patch", "events") == 1); // counts after its effect
        assertThat(kube.requests("create", "events")).isEqualTo(1);
        assertThat(kube.requests("get", "events"))
                .as("which the charts' roles do not allow")
                .isZero();
    }

    @Test
    void aDeletedEventIsRecreated() {
        recorder.normal(object, "Same", "again");
        Event first = awaitEvent();
        kube.client.resource(first).delete();
        time.pass(Duration.ofSeconds(30));
        recorder.normal(object, "Same", "again");
        await().until(() -> !events().isEmpty()
                && !events().getFirst()
                        .getMetadata()
                        .getUid()
                        .equals(first.getMetadata().getUid()));
        assertThat(awaitEvent().getCount()).isEqualTo(2);
    }

    @Test
    void eventsAreLoggedWithTheirObjectAndReason() {
        MDC.put("reconcileID", "1");
        try (CapturedLog log = CapturedLog.of(EventLog.class)) {
            recorder.normal(object, "Fine", "All is well.");
            recorder.warning(object, "Odd", "This is odd; do something.");
            assertThat(log.lines())
                    .extracting(Object::toString)
                    .containsExactly(
                            "INFO ConfigMap object: Fine: All is well.",
                            "WARNING ConfigMap object: Odd: This is odd; do something.");
            assertThat(log.lines().getLast().fields())
                    .containsEntry("namespace", "default")
                    .containsEntry("reason", "Odd")
                    .containsEntry("reconcileID", "1");
            assertThat(MDC.getCopyOfContextMap()).containsOnlyKeys("reconcileID");
        } finally {
            MDC.clear();
        }
    }

    @Test
    void aRepeatedEventIsLoggedPeriodicallyAndALastingOneOnce() {
        try (CapturedLog log = CapturedLog.of(EventLog.class)) {
            for (int i = 0; i < 10; i++) {
                recorder.normal(object, "Same", "again");
            }
            time.pass(Duration.ofSeconds(30));
            for (int i = 0; i < 10; i++) {
                recorder.recordAgain(object, EventRecorder.Type.NORMAL, "Same", "again");
            }
            assertThat(log.messages()).containsExactly("Same: again");
            recorder.normal(object, "Same", "again");
            assertThat(log.messages()).containsExactly("Same: again", "Same: again");
            // Repeats that followed a write are included in the next one.
            time.pass(Duration.ofSeconds(30));
            recorder.recordAgain(object, EventRecorder.Type.NORMAL, "Same", "again");
            await().untilAsserted(() -> assertThat(awaitEvent().getCount()).isEqualTo(22));
        }
    }

    @Test
    void differentEventsAreSeparate() {
        recorder.normal(object, "One", "message");
        recorder.normal(object, "Two", "message");
        recorder.normal(object, "Two", "other");
        await().until(() -> events().size() == 3);
    }

    @Test
    void aServerThatRejectsOrHangsBlocksNobody() {
        var refused = kube.server.faults().inject(Fault.on("create", "events").answer(403));
        recorder.normal(object, "Refused", "message");
        await().until(() -> refused.strikes() == 1);
        CountDownLatch told = new CountDownLatch(1);
        kube.server.faults().inject(Fault.on("create", "events").meanwhile(request -> awaitLatch(told)));
        for (int i = 0; i < 5000; i++) {
            recorder.normal(object, "Reason", "message " + i);
        }
        assertThat(events()).as("written while the server hangs").isEmpty();
        told.countDown();
        await().atMost(Duration.ofSeconds(20)).until(() -> events().size() >= 1000);
        assertThat(events()).hasSizeLessThan(1100);
    }

    @Test
    void aFloodInOneNamespaceDoesNotDelayTheEventsOfAnother() {
        CountDownLatch told = new CountDownLatch(1);
        kube.server.faults().inject(Fault.on("create", "events").meanwhile(request -> awaitLatch(told)));
        for (int i = 0; i < 2000; i++) {
            recorder.normal(object, "Flood", "message " + i);
        }
        recorder.normal(TestKube.map("other", "object", "1"), "Rare", "message");
        told.countDown();
        await().until(() -> !events("other").isEmpty());
        assertThat(kube.requests("create", "events")).isLessThan(500);
    }

    @Test
    void aFloodInOneNamespaceDoesNotRepeatTheEventsOfAnother() {
        ConfigMap other = TestKube.map("other", "object", "1");
        try (CapturedLog log = CapturedLog.of(EventLog.class)) {
            recorder.normal(other, "Rare", "message");
            for (int i = 0; i < 5000; i++) {
                recorder.normal(object, "Flood", "message " + i);
            }
            recorder.normal(other, "Rare", "message");
            assertThat(log.lines())
                    .filteredOn(line -> line.toString().contains("Rare"))
                    .hasSize(1);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each fault, and one that strikes after the effect, which would make a second Event of another name. */
    @Test
    void failedWritesAreRetriedAndSucceedOnlyOnce() {
        var faults = kube.server.faults();
        var failed = List.of(
                faults.inject(Fault.on("create", "events").answer(500)),
                faults.inject(Fault.on("create", "events").drop()),
                faults.inject(Fault.on("create", "events").answer(429)),
                faults.inject(Fault.on("create", "events").afterEffect().answer(504)));
        recorder.normal(object, "Same", "message");
        await().until(() -> failed.stream().allMatch(fault -> fault.strikes() == 1));
        time.pass(Duration.ofSeconds(30));
        var failedPatch = faults.inject(Fault.on("patch", "events").answer(503));
        recorder.normal(object, "Same", "message");
        await().untilAsserted(() -> assertThat(awaitEvent().getCount()).isEqualTo(2));
        assertThat(failedPatch.strikes()).isEqualTo(1);
    }

    @Test
    void anEventThatCannotBeWrittenIsDroppedAndDoesNotBlockOthers() {
        var fault = kube.server
                .faults()
                .inject(Fault.when(request -> request.target().equals("events")
                                && request.name().startsWith("poison"))
                        .always()
                        .answer(500));
        recorder.normal(kube.create("poison", "1"), "Reason", "message");
        await().until(() -> fault.strikes() > 0);
        for (int i = 0; i < 20; i++) {
            recorder.normal(object, "Reason", "message " + i);
        }
        await().until(() -> events().size() == 20);
    }

    /** For example because a user made them too large for etcd, or because of the admission plugin EventRateLimit. */
    @ParameterizedTest
    @ValueSource(ints = {500, 429})
    void eventsOfANamespaceThatCannotBeWrittenDoNotDelayThoseOfAnother(int code) {
        var fault = kube.server
                .faults()
                .inject(Fault.when(request -> request.target().equals("events")
                                && request.namespace().equals("default")
                                && request.verb().equals("create"))
                        .always()
                        .answer(code, "Refused", "too large, or too many"));
        for (int i = 0; i < 20; i++) {
            recorder.normal(object, "TooLarge", "message " + i);
        }
        await().until(() -> fault.strikes() >= 20);
        recorder.normal(TestKube.map("other", "object", "1"), "Rare", "message");
        await().atMost(Duration.ofSeconds(5)).until(() -> !events("other").isEmpty());
    }

    @Test
    void eventsInATerminatingNamespaceAreDroppedWithoutAWarning() {
        try (CapturedLog log = CapturedLog.of(KubernetesEventRecorder.class)) {
            var refused = kube.server
                    .faults()
                    .inject(Fault.on("create", "events")
                            .answer(403, "Forbidden", "unable to create new content: it is being terminated"));
            recorder.normal(object, "Refused", "message");
            await().until(() -> refused.strikes() == 1);
            recorder.normal(object, "Next", "message");
            awaitEvent();
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void repeatsAreWrittenEvenIfTheClockWasSetBack() {
        recorder.normal(object, "Same", "again");
        awaitEvent();
        time.pass(Duration.ofHours(-1));
        recorder.normal(object, "Same", "again");
        await().untilAsserted(() -> assertThat(awaitEvent().getCount()).isEqualTo(2));
    }

    @Test
    void longMessagesAreTruncated() {
        recorder.normal(object, "Long", "x".repeat(5000));
        assertThat(awaitEvent().getMessage()).hasSize(1024).endsWith("...");
    }

    /** Within half a second. When the machine stalls for that long, it is up to the next recorder. */
    @Test
    void queuedEventsAreWrittenOnClose() {
        AtomicInteger tries = new AtomicInteger();
        await().until(() -> {
            String reason = "Try" + tries.incrementAndGet();
            try (var closing = new KubernetesEventRecorder(kube.api, "the-controller", time)) {
                for (int i = 0; i < 5; i++) {
                    closing.normal(object, reason, "message " + i);
                }
            }
            return events().stream()
                            .filter(event -> event.getReason().equals(reason))
                            .count()
                    >= 4;
        });
    }

    @Test
    void queuedEventsAreWrittenWithinTheTimeout() throws Exception {
        kube.server.faults().inject(Fault.on("create", "events").delay(Duration.ofSeconds(2)));
        recorder.normal(object, "Slow", "message");
        recorder.normal(object, "Behind", "message");
        recorder.close(Duration.ofSeconds(30));
        assertThat(events()).hasSize(2);
    }
}
