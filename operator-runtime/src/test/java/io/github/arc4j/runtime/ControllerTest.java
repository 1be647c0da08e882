package io.github.arc4j.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.metrics.RuntimeMetrics;
import io.github.arc4j.runtime.queue.Concurrently;
import io.github.arc4j.runtime.queue.Priority;
import io.github.arc4j.runtime.queue.Slot;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

@NullUnmarked
class ControllerTest {
    private static final Request A = new Request("ns", "a");

    private final CollectorRegistry registry = new CollectorRegistry();
    private final RuntimeMetrics metrics = RuntimeMetrics.register(registry);
    private final ResourceCache<ConfigMap> cache = new ResourceCache<>(ConfigMap.class);
    private final List<Controller> controllers = new ArrayList<>();

    @AfterEach
    void stop() {
        controllers.forEach(Controller::stop);
        controllers.forEach(Controller::interrupt);
    }

    private Controller start(Reconciler reconciler) {
        return start(Controller.builder("configmap", reconciler));
    }

    private Controller start(Controller.Builder builder) {
        Controller controller = builder.build(metrics);
        controllers.add(controller);
        controller.start();
        return controller;
    }

    private static ConfigMap map(String name, int version) {
        ConfigMap map = TestKube.map("ns", name, "1");
        map.getMetadata().setUid(name);
        map.getMetadata().setResourceVersion(String.valueOf(version));
        return map;
    }

    private double reconciles(String result) {
        return registry.getSampleValue(
                "controller_runtime_reconcile_total",
                new String[] {"controller", "result"},
                new String[] {"configmap", result});
    }

    private double sample(String name) {
        return registry.getSampleValue(name, new String[] {"controller"}, new String[] {"configmap"});
    }

    private double queueSample(String name) {
        return registry.getSampleValue(
                name, new String[] {"name", "controller"}, new String[] {"configmap", "configmap"});
    }

    @Test
    void reconcilesExistingAndChangedObjects() {
        Set<Request> seen = ConcurrentHashMap.newKeySet();
        Controller controller = Controller.builder("configmap", request -> {
                    seen.add(request);
                    return Result.done();
                })
                .on(EventSource.self(cache))
                .build(metrics);
        controllers.add(controller);
        cache.written(map("old", 1));
        assertThat(seen).isEmpty();
        controller.start();
        await().untilAsserted(() -> assertThat(seen).containsExactly(new Request("ns", "old")));
        cache.written(map("new", 2));
        await().untilAsserted(() -> assertThat(seen).contains(new Request("ns", "new")));
    }

    @Test
    void changesBeforeTheStartAreNotQueued() {
        AtomicInteger passes = new AtomicInteger();
        Controller controller = Controller.builder("configmap", request -> {
                    passes.incrementAndGet();
                    return Result.done();
                })
                .on(EventSource.self(cache))
                .build(metrics);
        controllers.add(controller);
        cache.written(map("gone", 1));
        cache.deleted(map("gone", 1));
        cache.written(map("there", 2));
        controller.start();
        await().until(() -> passes.get() == 1);
        assertThat(queueSample("workqueue_adds_total")).isEqualTo(1);
    }

    @Test
    void aFailureOfAnyKindIsRetriedWithBackoff() {
        AtomicInteger passes = new AtomicInteger();
        Controller controller = start(request -> switch (passes.incrementAndGet()) {
            case 1 -> throw new java.io.IOException("checked");
            case 2 -> throw new IllegalStateException("unchecked");
            case 3 -> throw new StackOverflowError("error");
            case 4 -> Result.retry();
            default -> Result.done();
        });
        controller.enqueue(A, Priority.NORMAL);
        await().until(() -> reconciles("success") == 1);
        assertThat(passes).hasValue(5);
        assertThat(reconciles("error")).isEqualTo(3);
        assertThat(reconciles("requeue")).isEqualTo(1);
        assertThat(sample("controller_runtime_reconcile_errors_total")).isEqualTo(3);
        assertThat(sample("controller_runtime_reconcile_panics_total")).isEqualTo(2);
        assertThat(queueSample("workqueue_retries_total")).isEqualTo(4);
    }

    @Test
    void aTenantWhoseObjectsAreAlwaysUrgentDoesNotStopOthers() {
        AtomicInteger attacks = new AtomicInteger();
        AtomicReference<Controller> attacked = new AtomicReference<>();
        CountDownLatch attack = new CountDownLatch(100);
        CountDownLatch reconciled = new CountDownLatch(1);
        Controller controller = start(Controller.builder("configmap", request -> {
                    if (request.namespace().equals("ns")) {
                        reconciled.countDown();
                    } else {
                        attack.countDown();
                        // Two of a hundred are in progress at most, so one of the others always waits.
                        for (int i = 0; i < 2; i++) {
                            attacked.get()
                                    .enqueue(
                                            new Request("attacker", "a" + attacks.incrementAndGet() % 100),
                                            Priority.HIGH);
                        }
                    }
                    return Result.done();
                })
                .concurrency(1));
        attacked.set(controller);
        for (int i = 0; i < 100; i++) {
            controller.enqueue(new Request("attacker", "a" + i), Priority.HIGH);
        }
        await().until(() -> attack.getCount() == 0);
        controller.enqueue(A, Priority.NORMAL);
        await().until(() -> reconciled.getCount() == 0);
    }

    @Test
    void aKeyIsRequeuedAfterTheRequestedDelay() {
        List<Long> times = Collections.synchronizedList(new ArrayList<>());
        Controller controller = start(request -> {
            times.add(System.nanoTime());
            return times.size() == 1 ? Result.after(Duration.ofMillis(100)) : Result.done();
        });
        controller.enqueue(A, Priority.NORMAL);
        await().until(() -> times.size() == 2);
        assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(100_000_000L);
        await().until(() -> reconciles("success") == 1);
        assertThat(reconciles("requeue_after")).isEqualTo(1);
    }

    @Test
    void waitingReconcilesDoNotBlockOthersUpToTheLimit() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Controller controller = start(Controller.builder("configmap", request -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    go.await();
                    running.decrementAndGet();
                    return Result.done();
                })
                .concurrency(50));
        for (int i = 0; i < 80; i++) {
            controller.enqueue(new Request("ns", "key-" + i), Priority.NORMAL);
        }
        await().until(() -> running.get() == 50);
        assertThat(sample("controller_runtime_active_workers")).isEqualTo(50);
        assertThat(sample("controller_runtime_max_concurrent_reconciles")).isEqualTo(50);
        assertThat(depth("0")).isBetween(29.0, 30.0);
        assertThat(queueSample("workqueue_unfinished_work_seconds")).isPositive();
        assertThat(queueSample("workqueue_longest_running_processor_seconds")).isPositive();
        go.countDown();
        await().until(() -> reconciles("success") == 80);
        assertThat(most).hasValue(50);
        await().until(() -> sample("controller_runtime_active_workers") == 0);
    }

    private double depth(String priority) {
        return registry.getSampleValue(
                "workqueue_depth",
                new String[] {"name", "controller", "priority"},
                new String[] {"configmap", "configmap", priority});
    }

    @Test
    void aKeyIsNeverReconciledConcurrently() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger clashes = new AtomicInteger();
        AtomicInteger passes = new AtomicInteger();
        Controller controller = start(request -> {
            if (running.incrementAndGet() > 1) {
                clashes.incrementAndGet();
            }
            Thread.yield();
            running.decrementAndGet();
            passes.incrementAndGet();
            return Result.done();
        });
        for (int i = 0; i < 2000; i++) {
            controller.enqueue(A, Priority.NORMAL);
        }
        await().until(() -> passes.get() > 0 && depth("0") == 0 && running.get() == 0);
        assertThat(clashes).hasValue(0);
    }

    /** Each edit of a custom resource may cause one, so users could fill the log. */
    @Test
    void aRefusedRequestIsLoggedWithoutItsStackTrace() {
        try (CapturedLog log = CapturedLog.of(Controller.class)) {
            start(request -> {
                        throw new KubernetesClientException("name is invalid", 422, null);
                    })
                    .enqueue(A, Priority.NORMAL);
            await().until(() -> !log.lines().isEmpty());
            assertThat(log.lines().getFirst()).satisfies(line -> {
                assertThat(line.toString())
                        .isEqualTo("WARNING configmap a: The API server rejected a request: name is invalid");
                assertThat(line.hasStackTrace()).isFalse();
            });
        }
    }

    @Test
    void anUnexpectedFailureIsLoggedWithItsStackTrace() {
        try (CapturedLog log = CapturedLog.of(Controller.class)) {
            start(request -> {
                        throw new IllegalStateException("unexpected");
                    })
                    .enqueue(A, Priority.NORMAL);
            await().until(() -> !log.lines().isEmpty());
            assertThat(log.lines().getFirst()).satisfies(line -> {
                assertThat(line.level()).isEqualTo(Level.SEVERE);
                assertThat(line.hasStackTrace()).isTrue();
            });
        }
    }

    @Test
    void logLinesOfAReconcileHaveItsKeyAndAUniqueId() {
        List<Map<String, String>> contexts = Collections.synchronizedList(new ArrayList<>());
        Controller controller = start(Controller.builder("ConfigMap", request -> {
            contexts.add(MDC.getCopyOfContextMap());
            return contexts.size() < 2 ? Result.after(Duration.ofMillis(1)) : Result.done();
        }));
        controller.enqueue(A, Priority.NORMAL);
        await().until(() -> contexts.size() == 2);
        assertThat(contexts)
                .allSatisfy(context -> assertThat(context)
                        .containsEntry("kind", "ConfigMap")
                        .containsEntry("namespace", "ns")
                        .containsEntry("name", "a")
                        .containsOnlyKeys("kind", "namespace", "name", "reconcileID"));
        assertThat(contexts.get(0)).isNotEqualTo(contexts.get(1));
    }

    @Test
    void theLastDebugLineOfAReconcileHasItsResultAndTheStepThatEndedIt() {
        try (CapturedLog log = CapturedLog.debugOf(Controller.class)) {
            start(request -> Step.run(this::goOn, this::decide, this::goOn)).enqueue(A, Priority.NORMAL);
            await().until(() -> !log.lines().isEmpty());
            assertThat(log.lines()).singleElement().satisfies(line -> {
                assertThat(line.message()).matches("Reconciled in \\d+ ms: requeued after PT1H");
                assertThat(line.field("step")).isEqualTo("decide > comeBackLater");
                assertThat(line.field("name")).isEqualTo("a");
            });
        }
    }

    private Step goOn() {
        return Step.next();
    }

    private Step decide() {
        return comeBackLater();
    }

    private static Step comeBackLater() {
        return Step.after(Duration.ofHours(1));
    }

    @Test
    void stepNamesAreNotComputedWithoutDebugLines() throws Exception {
        List<Step> stops = new ArrayList<>();
        Step.run(() -> {
            stops.add(comeBackLater());
            return stops.getFirst();
        });
        assertThat(stops).containsExactly(new Step.Stop(Result.after(Duration.ofHours(1)), ""));
    }

    @Test
    void aStopLetsReconcilesEndAndStartsNoOthers() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Set<Request> ended = ConcurrentHashMap.newKeySet();
        Controller controller = start(Controller.builder("configmap", request -> {
                    begun.countDown();
                    go.await();
                    ended.add(request);
                    return Result.done();
                })
                .concurrency(1));
        controller.enqueue(A, Priority.NORMAL);
        controller.enqueue(new Request("ns", "b"), Priority.NORMAL);
        begun.await();
        controller.stop();
        assertThat(controller.awaitIdle(Duration.ofMillis(20))).isFalse();
        go.countDown();
        assertThat(controller.awaitIdle(Duration.ofSeconds(10))).isTrue();
        assertThat(ended).containsExactly(A);
    }

    @Test
    void aReconcileThatDoesNotEndIsInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Throwable> end = new AtomicReference<>();
        Controller controller = start(request -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                end.set(e);
                throw e;
            }
            return Result.done();
        });
        controller.enqueue(A, Priority.NORMAL);
        begun.await();
        controller.stop();
        controller.interrupt();
        assertThat(controller.awaitIdle(Duration.ofSeconds(10))).isTrue();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void urgentKeysDoNotWaitForOthersThatOccupyAllSlots() {
        CountDownLatch go = new CountDownLatch(1);
        Set<String> begun = ConcurrentHashMap.newKeySet();
        Controller controller = start(Controller.builder("configmap", request -> {
                    begun.add(request.name());
                    go.await();
                    return Result.done();
                })
                .concurrency(2));
        for (String name : List.of("a", "b", "c")) {
            controller.enqueue(new Request("ns", name), Priority.NORMAL);
        }
        await().until(() -> begun.size() == 2);
        for (String name : List.of("x", "y", "z")) {
            controller.enqueue(new Request("ns", name), Priority.HIGH);
        }
        await().until(() -> begun.size() == 4);
        assertThat(begun).doesNotContain("c");
        go.countDown();
        await().until(() -> begun.size() == 6);
    }

    @Test
    void aTimestampInAStatusMayBeCenturiesAhead() {
        Duration untilThen =
                Duration.between(Instant.parse("2026-11-29T00:00:00Z"), Instant.parse("9999-12-31T23:59:59Z"));
        assertThat(Controller.spread(untilThen, 0.5)).isBetween(Duration.ofDays(1), Duration.ofDays(2));
    }

    @Test
    void aDelayGetsTenPercentOfJitter() {
        assertThat(Controller.spread(Duration.ofSeconds(10), 0.5)).isEqualTo(Duration.ofMillis(10_500));
    }

    @Test
    void aReconcileMayRequestItsOwnBackoff() {
        List<Long> times = new CopyOnWriteArrayList<>();
        Backoff backoff = Backoff.doubling(Duration.ofMillis(100), Duration.ofSeconds(10));
        start(request -> {
                    times.add(System.nanoTime());
                    return switch (times.size()) {
                        case 1, 3 -> Result.retry(backoff);
                        case 2 -> Result.postponed(Duration.ofMillis(1));
                        default -> Result.done();
                    };
                })
                .enqueue(A, Priority.NORMAL);
        await().until(() -> times.size() == 4);
        assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(80_000_000L);
        // Postponing did not reset the backoff: the second failure waits twice as long.
        assertThat(times.get(3) - times.get(2)).isGreaterThanOrEqualTo(160_000_000L);
    }

    @Test
    void aReleasedSlotAllowsAnotherReconcile() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Set<String> begun = ConcurrentHashMap.newKeySet();
        Controller controller = start(Controller.builder("configmap", request -> {
                    begun.add(request.name());
                    if (request.name().startsWith("slow")) {
                        // Tasks of a pass know its slot, too, and giving up twice is giving up once.
                        Concurrently.run(List.of(
                                () -> requireNonNull(Slot.current()).release(),
                                () -> requireNonNull(Slot.current()).release()));
                    }
                    go.await();
                    return Result.done();
                })
                .concurrency(1));
        for (String name : List.of("slow1", "slow2", "quick1", "quick2")) {
            controller.enqueue(new Request("ns", name), Priority.NORMAL);
        }
        await().until(() -> begun.size() == 3);
        assertThat(depth("0")).isEqualTo(1);
        go.countDown();
        await().until(() -> begun.size() == 4);
        assertThat(Slot.current()).isNull();
    }
}
