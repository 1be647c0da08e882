package io.github.arc4j.actions.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SingleFlightTest {
    private final SingleFlight<Object> flight = new SingleFlight<>(null);

    @Test
    void fetchesTheFirstValue() throws Exception {
        Object value = new Object();

        assertThat(flight.renew(null, () -> value)).isSameAs(value);
        assertThat(flight.value()).isSameAs(value);
    }

    @Test
    void doesNotFetchAgainForWhoComesLateWithAnOldValue() throws Exception {
        Object first = flight.renew(null, Object::new);
        Object second = flight.renew(first, Object::new);

        assertThat(second).isNotSameAs(first);
        assertThat(flight.renew(first, () -> {
                    throw new AssertionError("fetched again");
                }))
                .isSameAs(second);
    }

    @Test
    void aFailureReachesAllWhoWaitAndIsNotKept() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger fetches = new AtomicInteger();
        IllegalStateException failure = new IllegalStateException("no");
        SingleFlight.Fetch<Object> failing = () -> {
            fetches.incrementAndGet();
            started.countDown();
            mayEnd.await();
            throw failure;
        };
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Object> leader = executor.submit(() -> flight.renew(null, failing));
            started.await();
            Thread[] waiting = new Thread[1];
            Future<Object> follower = executor.submit(() -> {
                waiting[0] = Thread.currentThread();
                return flight.renew(null, failing);
            });
            await().until(() -> waiting[0] != null && waiting[0].getState() == Thread.State.WAITING);
            mayEnd.countDown();

            assertThatThrownBy(leader::get).hasCause(failure);
            assertThatThrownBy(follower::get).hasCause(failure);
        }
        assertThat(fetches).hasValue(1);
        assertThat(flight.renew(null, Object::new)).isNotNull();
    }
}
