package io.github.arc4j.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.runtime.client.AdaptiveLimit.Rank;
import io.github.arc4j.runtime.client.OngoingRequests.Ongoing;
import io.github.arc4j.runtime.queue.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OngoingRequestsTest {
    private final AdaptiveLimit limit = new AdaptiveLimit(16, System::nanoTime);
    private final OngoingRequests requests = new OngoingRequests(limit, "own");

    private List<Ongoing> begin(String namespace, int number) throws InterruptedException {
        List<Ongoing> begun = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            begun.add(requests.begin(namespace, Rank.ACTION, 1, null));
        }
        return begun;
    }

    private boolean hasRoom() {
        boolean acquired = limit.tryAcquire(Rank.REMOVAL);
        if (acquired) {
            limit.failed(Rank.REMOVAL);
        }
        return acquired;
    }

    @Test
    void aSlowRequestNoLongerCountsUntilItEnds() throws Exception {
        List<Ongoing> all = begin("a", 16);
        assertThat(hasRoom()).isFalse();
        await().until(this::hasRoom);
        all.forEach(Ongoing::succeeded);
        begin("a", 16);
        assertThat(hasRoom()).isFalse();
    }

    @Test
    void aNamespaceWithManySlowRequestsWaits() throws Exception {
        List<Ongoing> slow = begin("a", 8);
        beginOfOthers().forEach(Ongoing::succeeded); // waits until the first ones are slow
        CompletableFuture<Ongoing> next = CompletableFuture.supplyAsync(this::beginNext);
        beginOfOthers().forEach(Ongoing::succeeded);
        assertThat(next).isNotDone();
        slow.getFirst().failed();
        next.join().throttled(Duration.ZERO);
    }

    private List<Ongoing> beginOfOthers() throws InterruptedException {
        List<Ongoing> begun = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            begun.addAll(begin("other-" + i, 1));
        }
        return begun;
    }

    private Ongoing beginNext() {
        try {
            return requests.begin("a", Rank.ACTION, 1, Slot.current());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theReconcileOfASlowRequestReleasesItsSlot() throws Exception {
        Semaphore slots = new Semaphore(0);
        new Slot(slots).call(() -> requests.begin("a", Rank.ACTION, 1, Slot.current()));
        await().until(() -> slots.availablePermits() == 1);
    }

    /** Otherwise those of one namespace could occupy all slots. */
    @Test
    void aReconcileThatWaitsBecauseOfSlowRequestsReleasesItsSlot() throws Exception {
        List<Ongoing> slow = begin("a", 8);
        beginOfOthers().forEach(Ongoing::succeeded); // waits until the first ones are slow
        Semaphore slots = new Semaphore(0);
        CompletableFuture<Ongoing> next = CompletableFuture.supplyAsync(() -> new Slot(slots).call(this::beginNext));
        await().until(() -> slots.availablePermits() == 1);
        assertThat(next).isNotDone();
        slow.forEach(Ongoing::succeeded);
        next.join().succeeded();
    }

    @Test
    void readsDoNotWaitForSlowRequests() throws Exception {
        begin("a", 8);
        beginOfOthers().forEach(Ongoing::succeeded); // waits until the first ones are slow
        requests.begin(null, Rank.ACTION, 1, null).succeeded();
    }

    /** The whole server may be slow. */
    @Test
    void theLimitAppliesToSlowRequestsToo() throws Exception {
        for (int i = 0; i < 80; i++) {
            begin("namespace-" + i, 1);
        }
        CompletableFuture<Ongoing> next = CompletableFuture.supplyAsync(this::beginNext);
        assertThat(next).isNotDone();
        assertThat(hasRoom()).isFalse();
    }

    /** Their reconciles are the oldest, so they would go before all requests of others. */
    @Test
    void thoseThatWaitedContinueAFewAtATime() throws Exception {
        List<Ongoing> slow = begin("a", 8);
        beginOfOthers().forEach(Ongoing::succeeded); // waits until the first ones are slow
        Semaphore slots = new Semaphore(0);
        List<CompletableFuture<Ongoing>> waiting = IntStream.range(0, 30)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> new Slot(slots).call(this::beginNext), Thread::startVirtualThread))
                .toList();
        await().until(() -> slots.availablePermits() == 30);
        slow.forEach(Ongoing::succeeded);
        await().until(() -> begun(waiting) == 8);
        assertThat(hasRoom()).isTrue();
        for (CompletableFuture<Ongoing> request : waiting) {
            request.thenAccept(Ongoing::succeeded);
        }
        await().until(() -> begun(waiting) == 30);
        begin("a", 16);
        assertThat(hasRoom()).isFalse();
    }

    private static long begun(List<CompletableFuture<Ongoing>> requests) {
        return requests.stream().filter(CompletableFuture::isDone).count();
    }

    @Test
    void theOwnNamespaceHasMoreRoom() throws Exception {
        List<Ongoing> slow = begin("own", 16);
        beginOfOthers().forEach(Ongoing::succeeded); // waits until the first ones are slow
        slow.addAll(begin("own", 8));
        assertThat(slow).hasSize(24);
    }
}
