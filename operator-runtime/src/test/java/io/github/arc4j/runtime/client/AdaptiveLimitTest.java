package io.github.arc4j.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.runtime.FakeTime;
import io.github.arc4j.runtime.client.AdaptiveLimit.Rank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {
    private final FakeTime time = new FakeTime();
    private final Queue<String> order = new ConcurrentLinkedQueue<>();
    private AdaptiveLimit limit = limit(8);

    /** The timeout of reports is real time. */
    private AdaptiveLimit limit(int max) {
        return new AdaptiveLimit(max, time::nanoTime, Duration.ofMinutes(1));
    }

    private Rank action() throws InterruptedException {
        return limit.acquire(Rank.ACTION, 1);
    }

    private Rank report() throws InterruptedException {
        return limit.acquire(Rank.REPORT, 1);
    }

    private void acquire(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(limit.tryAcquire(Rank.REMOVAL)).isTrue();
        }
    }

    @Test
    void concurrentRequestsAreLimited() {
        acquire(8);
        assertThat(limit.tryAcquire(Rank.REMOVAL)).isFalse();
        limit.failed(Rank.REMOVAL);
        assertThat(limit.tryAcquire(Rank.REMOVAL)).isTrue();
    }

    @Test
    void reachingTheLimitIsRememberedForALimitedTime() {
        Duration aWhile = Duration.ofSeconds(10);
        acquire(7);
        assertThat(limit.wasReachedWithin(aWhile)).isFalse();
        acquire(1);
        limit.succeeded(Rank.REMOVAL);
        time.pass(aWhile);
        assertThat(limit.wasReachedWithin(aWhile)).isTrue();
        time.pass(Duration.ofMillis(1));
        assertThat(limit.wasReachedWithin(aWhile)).isFalse();
    }

    @Test
    void aThrottledRequestHalvesTheLimitAndPausesEverything() {
        acquire(1);
        limit.throttled(Rank.REMOVAL, Duration.ofSeconds(3));
        assertThat(limit.limit()).isEqualTo(4);
        time.pass(Duration.ofMillis(2999));
        assertThat(limit.tryAcquire(Rank.REMOVAL)).isFalse();
        time.pass(Duration.ofMillis(1));
        acquire(4);
        assertThat(limit.tryAcquire(Rank.REMOVAL)).isFalse();
    }

    @Test
    void throttledRequestsOfTheSameRoundCountOnce() {
        acquire(8);
        limit.throttled(Rank.REMOVAL, Duration.ofSeconds(1));
        limit.throttled(Rank.REMOVAL, Duration.ofSeconds(2));
        limit.throttled(Rank.REMOVAL, Duration.ofSeconds(1));
        assertThat(limit.limit()).isEqualTo(4);
        time.pass(Duration.ofMillis(1999));
        assertThat(limit.tryAcquire(Rank.REMOVAL)).isFalse();
    }

    @Test
    void someRequestsAreAlwaysAllowed() {
        for (int i = 0; i < 10; i++) {
            acquire(1);
            limit.throttled(Rank.REMOVAL, Duration.ofSeconds(1));
            time.pass(Duration.ofSeconds(1));
        }
        assertThat(limit.limit()).isEqualTo(2);
    }

    @Test
    void successRaisesTheLimitGraduallyUpToTheMaximum() {
        acquire(1);
        limit.throttled(Rank.REMOVAL, Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1));
        for (int i = 0; i < 5; i++) {
            acquire(1);
            limit.succeeded(Rank.REMOVAL);
        }
        assertThat(limit.limit()).isEqualTo(5);
        for (int i = 0; i < 100; i++) {
            acquire(1);
            limit.succeeded(Rank.REMOVAL);
        }
        assertThat(limit.limit()).isEqualTo(8);
    }

    @Test
    void aWaitingRequestContinuesWhenAnotherOrThePauseEnds() throws Exception {
        AdaptiveLimit real = new AdaptiveLimit(2, System::nanoTime);
        real.acquire(Rank.ACTION, 1);
        real.acquire(Rank.ACTION, 1);
        CountDownLatch acquired = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    real.acquire(Rank.ACTION, 1);
                    acquired.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        assertThat(acquired.await(50, TimeUnit.MILLISECONDS)).isFalse();
        real.throttled(Rank.ACTION, Duration.ofMillis(100));
        real.succeeded(Rank.ACTION);
        assertThat(acquired.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theNextRequestStaysNextAlthoughOthersOvertook() throws Exception {
        acquire(8);
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            Thread thread = inBackground(name, this::action);
            await(thread, Thread.State.WAITING);
            threads.add(thread);
        }
        limit.succeeded(Rank.REMOVAL);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(order).containsExactly("a", "b", "c", "d");
    }

    @Test
    void deletionsGoFirst() throws Exception {
        assertOvertakes("action", this::action, "removal", () -> limit.acquire(Rank.REMOVAL, 2));
    }

    @Test
    void begunWorkIsFinishedBeforeMoreIsBegun() throws Exception {
        assertOvertakes("beginning", () -> limit.acquire(Rank.BEGINNING, 1), "action", this::action);
    }

    @Test
    void theReconcileThatStartedFirstGoesFirst() throws Exception {
        assertOvertakes(
                "second pass",
                () -> limit.acquire(Rank.REMOVAL, 2),
                "first pass",
                () -> limit.acquire(Rank.REMOVAL, 1));
    }

    @Test
    void startsYieldToWaitingDeletions() throws Exception {
        for (int i = 0; i < 8; i++) {
            limit.acquire(Rank.ACTION, 1);
        }
        Thread removal = inBackground("removal", () -> limit.acquire(Rank.REMOVAL, 1));
        await(removal, Thread.State.WAITING);
        for (int i = 0; i < 5; i++) {
            limit.failed(Rank.ACTION);
        }
        removal.join();
        assertThat(limit.tryAcquire(Rank.ACTION)).as("a fourth start").isTrue();
        assertThat(limit.tryAcquire(Rank.ACTION)).as("a fifth start").isFalse();
        assertThat(limit.tryAcquire(Rank.REMOVAL)).isTrue();
    }

    @Test
    void startsRegainTheirShareWithSuccess() throws Exception {
        startsYieldToWaitingDeletions();
        for (int i = 0; i < 20; i++) {
            limit.succeeded(Rank.ACTION);
            assertThat(limit.tryAcquire(Rank.ACTION)).isTrue();
        }
        assertThat(limit.tryAcquire(Rank.ACTION)).as("a fifth start").isTrue();
    }

    private void assertOvertakes(String slow, Acquisition slowOne, String fast, Acquisition fastOne) throws Exception {
        acquire(8);
        Thread first = inBackground(slow, slowOne);
        await(first, Thread.State.WAITING);
        Thread second = inBackground(fast, fastOne);
        await(second, Thread.State.WAITING);
        limit.succeeded(Rank.REMOVAL);
        first.join();
        assertThat(order).containsExactly(fast, slow);
    }

    @Test
    void aReportYieldsToWaitingActions() throws Exception {
        acquire(8);
        Thread report = inBackground("report", this::report);
        await(report, Thread.State.TIMED_WAITING);
        Thread action = inBackground("action", this::action);
        await(action, Thread.State.WAITING);
        limit.succeeded(Rank.REMOVAL);
        action.join();
        report.join();
        assertThat(order).containsExactly("action", "report");
    }

    @Test
    void aReportDoesNotYieldForever() throws Exception {
        limit = new AdaptiveLimit(8, time::nanoTime, Duration.ofMillis(1));
        acquire(8);
        Thread first = inBackground("first action", this::action);
        await(first, Thread.State.WAITING);
        Thread report = inBackground("report", this::report);
        Awaitility.await().until(() -> limit.waiting() == 2); // in line with the actions
        Thread second = inBackground("second action", this::action);
        await(second, Thread.State.WAITING);
        limit.succeeded(Rank.REMOVAL);
        second.join();
        assertThat(order).containsExactly("first action", "report", "second action");
    }

    @Test
    void reportsHaveALimitedShare() throws Exception {
        limit = limit(12);
        assertThat(limit.acquire(Rank.REPORT, 1)).isEqualTo(Rank.REPORT);
        assertThat(limit.acquire(Rank.REPORT, 1)).isEqualTo(Rank.REPORT);
        Thread third = inBackground("third", this::report);
        await(third, Thread.State.TIMED_WAITING);
        acquire(1);
        limit.succeeded(Rank.REPORT);
        third.join();
    }

    private interface Acquisition {
        Rank run() throws InterruptedException;
    }

    /** Waits for a permit, notes that it came, and gives it back. */
    private Thread inBackground(String name, Acquisition acquisition) {
        return Thread.ofPlatform().start(() -> {
            try {
                Rank rank = acquisition.run();
                order.add(name);
                limit.succeeded(rank);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void await(Thread thread, Thread.State state) {
        Awaitility.await().until(() -> thread.getState() == state);
    }
}
