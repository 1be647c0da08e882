package io.github.arc4j.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamespaceTurnsTest {
    private final NamespaceTurns turns = new NamespaceTurns(1);
    private final Semaphore slots = new Semaphore(0);
    private final ExecutorService reconciles = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        reconciles.shutdownNow();
    }

    /** A reconcile that has a slot. */
    private Future<?> acquire(String namespace) {
        return reconciles.submit(() -> new Slot(slots).call(() -> {
            turns.acquire(namespace);
            return null;
        }));
    }

    @Test
    void oneWaitsForTheOtherOfItsNamespaceWithoutItsSlot() throws Exception {
        acquire("a").get();
        acquire("b").get();
        assertThat(slots.availablePermits()).isZero();

        Future<?> second = acquire("a");
        await().until(() -> slots.availablePermits() == 1);
        assertThat(second).isNotDone();

        turns.release("a");
        second.get();
    }

    @Test
    void nothingIsLeftOfNamespacesWithoutTurns() throws Exception {
        acquire("a").get();
        Future<?> second = acquire("a");
        Future<?> third = acquire("a");
        await().until(() -> slots.availablePermits() == 2);

        second.cancel(true);
        turns.release("a");
        third.get();
        assertThat(turns.size()).isEqualTo(1);

        turns.release("a");
        await().until(() -> turns.size() == 0);
    }
}
