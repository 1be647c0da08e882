package io.github.arc4j.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.runtime.FakeTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
class WorkQueueTest {
    private final FakeTime time = new FakeTime();
    private final WorkQueue<String> queue = new WorkQueue<>(
            WorkQueue.DEFAULT_BACKOFF, WorkQueueTest::tenant, QueueMetrics.NONE, time::nanoTime, () -> 0.5);

    private static String tenant(String key) {
        return key.substring(0, key.indexOf('/') + 1);
    }

    /** Takes and ends the next key, which is urgent again at once if it is one of the attacker. */
    private String pollDuringAttack() {
        String key = poll();
        queue.done(key);
        if (tenant(key).equals("attacker/")) {
            queue.add(key, Priority.HIGH);
        }
        return key;
    }

    private String poll() {
        return queue.poll(Priority.LOW);
    }

    @Test
    void aKeyThatIsAddedTwiceIsTakenOnce() {
        queue.add("a", Priority.NORMAL);
        queue.add("a", Priority.NORMAL);
        assertThat(poll()).isEqualTo("a");
        assertThat(poll()).isNull();
    }

    @Test
    void aKeyThatIsAddedDuringItsProcessingIsQueuedAgainAfterwards() {
        queue.add("a", Priority.NORMAL);
        poll();
        queue.add("a", Priority.NORMAL);
        assertThat(poll()).isNull();
        queue.done("a");
        assertThat(poll()).isEqualTo("a");
    }

    @Test
    void higherPrioritiesGoFirstAndCanIncrease() {
        queue.add("old", Priority.LOW);
        queue.add("raised", Priority.LOW);
        queue.add("event", Priority.NORMAL);
        queue.add("raised", Priority.HIGH);
        queue.add("raised", Priority.LOW);
        assertThat(poll()).isEqualTo("raised");
        assertThat(poll()).isEqualTo("event");
        assertThat(poll()).isEqualTo("old");
    }

    @Test
    void aTenantWhoAlwaysHasUrgentKeysStopsNoOthers() {
        for (int i = 0; i < 500; i++) {
            queue.add("attacker/" + i, Priority.HIGH);
        }
        for (int i = 0; i < 10; i++) {
            queue.add("a/" + i, Priority.NORMAL);
            queue.add("b/" + i, Priority.LOW);
        }
        List<String> taken = Stream.generate(this::pollDuringAttack).limit(100).toList();
        assertThat(taken).filteredOn(key -> key.startsWith("a/")).hasSize(10);
        assertThat(taken).filteredOn(key -> key.startsWith("b/")).hasSize(10);
    }

    @Test
    void priorityCountsAsLongAsNoKeyWaitsTooLong() {
        queue.add("a/normal", Priority.NORMAL);
        for (int i = 0; i < 20; i++) {
            queue.add("b/" + i, Priority.HIGH);
        }
        List<String> taken = Stream.generate(this::poll).limit(21).toList();
        assertThat(taken.indexOf("a/normal")).isEqualTo(ReadyEntries.MAX_PASSED_OVER);
    }

    @ParameterizedTest
    @EnumSource
    void tenantsTakeTurnsWithinAPriority(Priority priority) {
        for (int i = 0; i < 1000; i++) {
            queue.add("attacker/" + i, priority);
        }
        List.of("a/1", "b/1", "a/2").forEach(key -> queue.add(key, priority));
        List<String> taken = Stream.generate(this::poll).limit(6).toList();
        assertThat(taken).containsExactly("attacker/0", "a/1", "b/1", "attacker/1", "a/2", "attacker/2");
    }

    @Test
    void urgentWorkersTakeOnlyUrgentKeys() throws InterruptedException {
        queue.add("a/normal", Priority.NORMAL);
        for (int i = 0; i < 20; i++) {
            queue.add("b/" + i, Priority.HIGH);
            assertThat(queue.take(Priority.HIGH)).isEqualTo("b/" + i);
        }
        assertThat(poll()).isEqualTo("a/normal");
    }

    @Test
    void theEarliestOfSeveralDelayedAddsCounts() {
        queue.addAfter("a", Duration.ofSeconds(10));
        queue.addAfter("a", Duration.ofSeconds(3));
        queue.addAfter("a", Duration.ofSeconds(20));
        time.pass(Duration.ofSeconds(2));
        assertThat(poll()).isNull();
        time.pass(Duration.ofSeconds(1));
        assertThat(poll()).isEqualTo("a");
        queue.done("a");
        time.pass(Duration.ofMinutes(1));
        assertThat(poll()).isNull();
    }

    @Test
    void anImmediateAddCancelsADelayedOne() {
        queue.addAfter("a", Duration.ofSeconds(10));
        queue.add("a", Priority.NORMAL);
        assertThat(poll()).isEqualTo("a");
        queue.done("a");
        time.pass(Duration.ofMinutes(1));
        assertThat(poll()).isNull();
    }

    @Test
    void theBackoffDoublesUntilItIsReset() {
        for (long millis : new long[] {5, 10, 20, 40, 80}) {
            queue.addRateLimited("a");
            time.pass(Duration.ofMillis(millis).minusNanos(1));
            assertThat(poll()).isNull();
            time.pass(Duration.ofNanos(1));
            assertThat(poll()).isEqualTo("a");
            queue.done("a");
        }
        assertThat(queue.failures("a")).isEqualTo(5);
        queue.forget("a");
        queue.addRateLimited("a");
        time.pass(Duration.ofMillis(5));
        assertThat(poll()).isEqualTo("a");
    }

    @Test
    void theBackoffHasJitterAndALimit() {
        assertThat(WorkQueue.DEFAULT_BACKOFF.after(1, 0)).isEqualTo(Duration.ofMillis(4));
        assertThat(WorkQueue.DEFAULT_BACKOFF.after(1, 0.999))
                .isBetween(Duration.ofNanos(5_900_000), Duration.ofMillis(6));
        assertThat(WorkQueue.DEFAULT_BACKOFF.after(5000, 0)).isEqualTo(Duration.ofSeconds(800));
        assertThat(WorkQueue.DEFAULT_BACKOFF.after(5000, 0.5)).isEqualTo(Duration.ofSeconds(1000));
    }

    @Test
    void aKeyThatWasNotTakenCannotBeDone() {
        assertThatThrownBy(() -> queue.done("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theRunningTimesOfReconcilesAreMeasured() {
        queue.add("a", Priority.NORMAL);
        queue.add("b", Priority.NORMAL);
        poll();
        time.pass(Duration.ofSeconds(2));
        poll();
        time.pass(Duration.ofSeconds(1));
        assertThat(queue.running()).containsExactly(3_000_000_000L, 1_000_000_000L);
    }

    @Test
    void takeWakesUpForAnAddAndForADelayedKeyThatIsDue() throws Exception {
        WorkQueue<String> real = new WorkQueue<>(WorkQueue.DEFAULT_BACKOFF, key -> "", QueueMetrics.NONE);
        FutureTask<String> first = new FutureTask<>(() -> real.take(Priority.LOW));
        Thread.startVirtualThread(first);
        real.addAfter("late", Duration.ofSeconds(60));
        real.addAfter("soon", Duration.ofMillis(20));
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("soon");
        FutureTask<String> second = new FutureTask<>(() -> real.take(Priority.LOW));
        Thread.startVirtualThread(second);
        real.add("now", Priority.NORMAL);
        assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("now");
    }

    @Test
    void shutDownDropsQueuedKeysAndLetsReconcilesEnd() throws Exception {
        WorkQueue<String> real = new WorkQueue<>(WorkQueue.DEFAULT_BACKOFF, key -> "", QueueMetrics.NONE);
        real.add("a", Priority.NORMAL);
        real.add("b", Priority.NORMAL);
        String taken = real.take(Priority.LOW);
        real.shutDown();
        assertThat(real.take(Priority.LOW)).isNull();
        real.add("c", Priority.NORMAL);
        assertThat(real.take(Priority.LOW)).isNull();
        assertThat(real.awaitIdle(Duration.ofMillis(10))).isFalse();
        real.done(taken);
        assertThat(real.awaitIdle(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void shutDownWakesWaitingThreads() throws Exception {
        WorkQueue<String> real = new WorkQueue<>(WorkQueue.DEFAULT_BACKOFF, key -> "", QueueMetrics.NONE);
        FutureTask<String> waiting = new FutureTask<>(() -> real.take(Priority.LOW));
        Thread.startVirtualThread(waiting);
        real.shutDown();
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void noKeyIsProcessedConcurrentlyAndNoAddIsLost() throws Exception {
        WorkQueue<Integer> real = new WorkQueue<>(WorkQueue.DEFAULT_BACKOFF, key -> "", QueueMetrics.NONE);
        Set<Integer> busy = ConcurrentHashMap.newKeySet();
        Map<Integer, AtomicInteger> latest = new HashMap<>();
        Map<Integer, Integer> seen = new ConcurrentHashMap<>();
        for (int key = 0; key < 10; key++) {
            latest.put(key, new AtomicInteger());
        }
        AtomicInteger clashes = new AtomicInteger();
        CountDownLatch adders = new CountDownLatch(4);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < 4; worker++) {
                threads.execute(() -> work(real, busy, latest, seen, clashes));
            }
            for (int adder = 0; adder < 4; adder++) {
                threads.execute(() -> {
                    for (int i = 0; i < 5000; i++) {
                        int key = i % 10;
                        latest.get(key).incrementAndGet();
                        real.add(key, Priority.NORMAL);
                    }
                    adders.countDown();
                });
            }
            adders.await();
            await().untilAsserted(() ->
                    latest.forEach((key, value) -> assertThat(seen).containsEntry(key, value.get())));
            real.shutDown();
        }
        assertThat(clashes).hasValue(0);
    }

    private static void work(
            WorkQueue<Integer> queue,
            Set<Integer> busy,
            Map<Integer, AtomicInteger> latest,
            Map<Integer, Integer> seen,
            AtomicInteger clashes) {
        try {
            for (Integer key = queue.take(Priority.LOW); key != null; key = queue.take(Priority.LOW)) {
                if (!busy.add(key)) {
                    clashes.incrementAndGet();
                }
                seen.put(key, latest.get(key).get());
                busy.remove(key);
                queue.done(key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
