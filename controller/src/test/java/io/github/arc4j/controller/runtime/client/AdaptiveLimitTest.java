package io.github.arc4j.controller.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.controller.runtime.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AdaptiveLimitTest {
    private final FakeTime time = new FakeTime();
    private final Queue<String> order = new ConcurrentLinkedQueue<>();
    private AdaptiveLimit limit = new AdaptiveLimit(8, time::nanoTime);

    private void acquire(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(limit.tryAcquire()).isTrue();
        }
    }

    @Test
    void soManyRequestsAreUnderWayAndNoMore() {
        acquire(8);
        assertThat(limit.tryAcquire()).isFalse();
        limit.failed();
        assertThat(limit.tryAcquire()).isTrue();
    }

    @Test
    void thatItWasReachedIsKnownForAWhile() {
        Duration aWhile = Duration.ofSeconds(10);
        acquire(7);
        assertThat(limit.wasReachedWithin(aWhile)).isFalse();
        acquire(1);
        limit.succeeded();
        time.pass(aWhile);
        assertThat(limit.wasReachedWithin(aWhile)).isTrue();
        time.pass(Duration.ofMillis(1));
        assertThat(limit.wasReachedWithin(aWhile)).isFalse();
    }

    @Test
    void aThrottledRequestHalvesTheLimitAndPausesEverything() {
        acquire(1);
        limit.throttled(Duration.ofSeconds(3));
        assertThat(limit.limit()).isEqualTo(4);
        time.pass(Duration.ofMillis(2999));
        assertThat(limit.tryAcquire()).isFalse();
        time.pass(Duration.ofMillis(1));
        acquire(4);
        assertThat(limit.tryAcquire()).isFalse();
    }

    @Test
    void throttledRequestsOfOneRoundCountOnce() {
        acquire(8);
        limit.throttled(Duration.ofSeconds(1));
        limit.throttled(Duration.ofSeconds(2));
        limit.throttled(Duration.ofSeconds(1));
        assertThat(limit.limit()).isEqualTo(4);
        time.pass(Duration.ofMillis(1999));
        assertThat(limit.tryAcquire()).isFalse();
    }

    @Test
    void someRequestsMayAlwaysGo() {
        for (int i = 0; i < 10; i++) {
            acquire(1);
            limit.throttled(Duration.ofSeconds(1));
            time.pass(Duration.ofSeconds(1));
        }
        assertThat(limit.limit()).isEqualTo(2);
    }

    @Test
    void successRaisesTheLimitOneByOneUpToTheOldOne() {
        acquire(1);
        limit.throttled(Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1));
        for (int i = 0; i < 5; i++) {
            acquire(1);
            limit.succeeded();
        }
        assertThat(limit.limit()).isEqualTo(5);
        for (int i = 0; i < 100; i++) {
            acquire(1);
            limit.succeeded();
        }
        assertThat(limit.limit()).isEqualTo(8);
    }

    @Test
    void whoeverWaitsGoesOnWhenARequestEndsOrThePauseIsOver() throws Exception {
        AdaptiveLimit real = new AdaptiveLimit(2, System::nanoTime);
        real.acquire();
        real.acquire();
        CountDownLatch acquired = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    real.acquire();
                    acquired.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        assertThat(acquired.await(50, TimeUnit.MILLISECONDS)).isFalse();
        real.throttled(Duration.ofMillis(100));
        real.succeeded();
        assertThat(acquired.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoeverIsNextStaysNextThoughOthersWentBefore() throws Exception {
        acquire(8);
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            Thread thread = inBackground(name, limit::acquire);
            await(thread, Thread.State.WAITING);
            threads.add(thread);
        }
        limit.succeeded();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(order).containsExactly("a", "b", "c", "d");
    }

    @Test
    void whatRemovesGoesFirst() throws Exception {
        assertOvertakes("action", limit::acquire, "removal", limit::acquireForRemoval);
    }

    @Test
    void aRemovalIsFinishedBeforeTheNextOneGoesOn() throws Exception {
        assertOvertakes("removal", limit::acquireForRemoval, "finish", limit::acquireForFinish);
    }

    @Test
    void whatWasBegunIsFinishedBeforeMoreIsBegun() throws Exception {
        assertOvertakes("beginning", limit::acquireForBeginning, "action", limit::acquire);
    }

    private void assertOvertakes(String slow, Acquisition slowOne, String fast, Acquisition fastOne) throws Exception {
        acquire(8);
        Thread first = inBackground(slow, slowOne);
        await(first, Thread.State.WAITING);
        Thread second = inBackground(fast, fastOne);
        await(second, Thread.State.WAITING);
        limit.succeeded();
        first.join();
        assertThat(order).containsExactly(fast, slow);
    }

    @Test
    void aReportLetsActionsThatWaitGoFirst() throws Exception {
        acquire(8);
        Thread report = inBackground("report", limit::acquireForReport);
        await(report, Thread.State.TIMED_WAITING);
        Thread action = inBackground("action", limit::acquire);
        await(action, Thread.State.WAITING);
        limit.succeeded();
        action.join();
        report.join();
        assertThat(order).containsExactly("action", "report");
    }

    @Test
    void aReportDoesNotWaitForActionsWithoutEnd() throws Exception {
        limit = new AdaptiveLimit(8, time::nanoTime, Duration.ofMillis(1));
        acquire(8);
        Thread first = inBackground("first action", limit::acquire);
        await(first, Thread.State.WAITING);
        Thread report = inBackground("report", limit::acquireForReport);
        Awaitility.await().until(() -> limit.waiting() == 2); // in line with the actions
        Thread second = inBackground("second action", limit::acquire);
        await(second, Thread.State.WAITING);
        limit.succeeded();
        second.join();
        assertThat(order).containsExactly("first action", "report", "second action");
    }

    @Test
    void reportsHaveOnlyAShare() throws Exception {
        limit = new AdaptiveLimit(12, time::nanoTime);
        assertThat(limit.acquireForReport()).isTrue();
        assertThat(limit.acquireForReport()).isTrue();
        Thread third = inBackground("third", limit::acquireForReport);
        await(third, Thread.State.TIMED_WAITING);
        acquire(1);
        limit.reportEnded();
        limit.succeeded();
        third.join();
    }

    private interface Acquisition {
        void run() throws InterruptedException;
    }

    /** Waits for a permit, notes that it came, and gives it back. */
    private Thread inBackground(String name, Acquisition acquisition) {
        return Thread.ofPlatform().start(() -> {
            try {
                acquisition.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            order.add(name);
            limit.succeeded();
        });
    }

    private static void await(Thread thread, Thread.State state) {
        Awaitility.await().until(() -> thread.getState() == state);
    }
}
