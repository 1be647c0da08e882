package io.github.arc4j.runtime.client;

import io.github.arc4j.runtime.client.AdaptiveLimit.Rank;
import io.github.arc4j.runtime.queue.Slot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Applies an {@link AdaptiveLimit} to requests, and keeps slow ones from delaying others. How long a write takes may
 * depend on the author of the object: a webhook that verifies images, for example, waits for the registry that the
 * object names. Therefore, a request that takes longer than a second or two no longer counts towards the limit, and its
 * reconcile releases its slot. While it is slow, its namespace may send only a few requests at a time ({@link
 * NamespaceLoads}).
 *
 * <p>The number of all slow requests has a limit, too, because the whole server may be slow.
 */
final class OngoingRequests {
    /** Slow requests that do not count towards the limit. */
    private static final int MAX_UNCOUNTED = 64;

    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Executor AFTER_A_SECOND =
            CompletableFuture.delayedExecutor(SLOW_NANOS, TimeUnit.NANOSECONDS, Runnable::run);

    private final AdaptiveLimit limit;
    private final NamespaceLoads loads;
    /** Requests that may become slow, and some that have ended; the oldest first. */
    private final Queue<Ongoing> recent = new ArrayDeque<>();

    private boolean isWatching;
    private int uncounted;

    /** @param ownNamespace the controller's namespace; null if it is unknown */
    OngoingRequests(AdaptiveLimit limit, @Nullable String ownNamespace) {
        this.limit = limit;
        this.loads = new NamespaceLoads(ownNamespace);
    }

    /**
     * Waits until a request may be sent.
     *
     * @param namespace the namespace whose other requests wait if this one is slow; null if none do
     * @param pass sequence number of the reconcile that sends it, in order of their start
     * @param slot of that reconcile; null outside of reconciles
     * @return the request, whose end must be reported
     */
    Ongoing begin(@Nullable String namespace, Rank rank, long pass, @Nullable Slot slot) throws InterruptedException {
        if (namespace == null) {
            return watch(new Ongoing(null, limit.acquire(rank, pass), slot));
        }
        loads.join(namespace);
        try {
            while (true) {
                loads.awaitRoom(namespace, slot);
                Rank sent = limit.acquire(rank, pass);
                if (loads.enter(namespace)) {
                    return watch(new Ongoing(namespace, sent, slot));
                }
                limit.failed(sent);
            }
        } catch (InterruptedException e) {
            loads.quit(namespace);
            throw e;
        }
    }

    /** One task for all requests, because most of them end within milliseconds. */
    private synchronized Ongoing watch(Ongoing request) {
        recent.add(request);
        if (!isWatching) {
            isWatching = true;
            AFTER_A_SECOND.execute(this::findSlow);
        }
        return request;
    }

    private void findSlow() {
        takeOld().forEach(Ongoing::becomeSlow);
    }

    private synchronized List<Ongoing> takeOld() {
        List<Ongoing> old = new ArrayList<>();
        long now = System.nanoTime();
        while (!recent.isEmpty() && now - recent.element().since >= SLOW_NANOS) {
            old.add(recent.remove());
        }
        isWatching = !recent.isEmpty();
        if (isWatching) {
            AFTER_A_SECOND.execute(this::findSlow);
        }
        return old;
    }

    private synchronized boolean tryUncount() {
        boolean isPossible = uncounted < MAX_UNCOUNTED;
        if (isPossible) {
            uncounted++;
        }
        return isPossible;
    }

    private synchronized void countAgain() {
        uncounted--;
    }

    /** A request that may be sent. */
    final class Ongoing {
        private final @Nullable String namespace;
        private final Rank rank;
        private final @Nullable Slot slot;
        private volatile long since = System.nanoTime();
        private boolean isSlow;
        private boolean isUncounted;
        private boolean hasEnded;

        private Ongoing(@Nullable String namespace, Rank rank, @Nullable Slot slot) {
            this.namespace = namespace;
            this.rank = rank;
            this.slot = slot;
        }

        private synchronized void becomeSlow() {
            if (hasEnded) {
                return;
            }
            if (!isSlow) {
                isSlow = true;
                if (namespace != null) {
                    loads.becomeSlow(namespace);
                }
                if (slot != null) {
                    slot.release();
                }
            }
            isUncounted = tryUncount();
            if (!isUncounted) {
                since = System.nanoTime();
                watch(this);
                return;
            }
            limit.suspend(rank);
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
            if (isUncounted) {
                countAgain();
                limit.resume(rank);
            }
            result.accept(rank);
            if (namespace != null) {
                loads.leave(namespace, isSlow);
            }
        }
    }
}
