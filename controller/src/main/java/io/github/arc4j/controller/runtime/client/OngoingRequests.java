package io.github.arc4j.controller.runtime.client;

import io.github.arc4j.controller.runtime.client.AdaptiveLimit.Rank;
import io.github.arc4j.controller.runtime.queue.Place;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Applies an {@link AdaptiveLimit} to requests. One that takes longer than a second becomes one of the {@link
 * SlowRequests}, and its reconcile releases its place.
 */
final class OngoingRequests {
    private static final Executor AFTER_A_SECOND =
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run);

    private final AdaptiveLimit limit;
    private final SlowRequests slow = new SlowRequests();

    OngoingRequests(AdaptiveLimit limit) {
        this.limit = limit;
    }

    /**
     * Waits until a request may be sent.
     *
     * @param namespace of its object; empty for all namespaces and for objects outside of namespaces
     * @param pass sequence number of the reconcile that sends it, in order of their start
     * @return the request, whose end must be reported
     */
    Ongoing begin(String namespace, Rank rank, long pass) throws InterruptedException {
        while (true) {
            slow.awaitRoom(namespace);
            Rank sent = limit.acquire(rank, pass);
            if (slow.hasRoom(namespace)) {
                return new Ongoing(namespace, sent);
            }
            limit.failed(sent);
        }
    }

    /** A request that may be sent. */
    final class Ongoing {
        private final String namespace;
        private final Rank rank;
        private final @Nullable Place place = Place.current();
        private boolean isSlow;
        private boolean hasEnded;

        private Ongoing(String namespace, Rank rank) {
            this.namespace = namespace;
            this.rank = rank;
            AFTER_A_SECOND.execute(this::becomeSlow);
        }

        private synchronized void becomeSlow() {
            if (hasEnded) {
                return;
            }
            isSlow = slow.add(namespace);
            if (!isSlow) {
                AFTER_A_SECOND.execute(this::becomeSlow);
                return;
            }
            limit.suspend(rank);
            if (place != null) {
                place.release();
            }
        }

        /** The server has processed the request. */
        void succeeded() {
            end(limit::succeeded);
        }

        /** The server is overloaded and requests a pause. */
        void throttled(Duration pause) {
            end(ended -> limit.throttled(ended, pause));
        }

        /** There is no response. */
        void failed() {
            end(limit::failed);
        }

        private synchronized void end(Consumer<Rank> result) {
            hasEnded = true;
            if (isSlow) {
                slow.remove(namespace);
                limit.resume(rank);
            }
            result.accept(rank);
        }
    }
}
