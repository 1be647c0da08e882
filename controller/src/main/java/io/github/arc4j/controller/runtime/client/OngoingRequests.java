package io.github.arc4j.controller.runtime.client;

import io.github.arc4j.controller.runtime.client.AdaptiveLimit.Rank;
import io.github.arc4j.controller.runtime.queue.Place;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Applies an {@link AdaptiveLimit} to requests, and keeps those that take long from delaying others. How long a write
 * takes may be up to the author of the object: a webhook that verifies images, for example, waits for the registry that
 * the object names. Therefore, a request that takes longer than a second no longer counts towards the limit, and its
 * reconcile releases its place. While a namespace has such requests, it may have only a few requests at a time; its other
 * reconciles wait, without a place.
 *
 * <p>The number of all slow requests has a limit, too, because the whole server may be slow.
 */
final class OngoingRequests {
    /** Requests of a namespace at a time while one of them is slow. */
    private static final int MAX_WHILE_SLOW = 8;
    /** Slow requests that do not count towards the limit. */
    private static final int MAX_UNCOUNTED = 64;

    private static final Executor AFTER_A_SECOND =
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run);

    /** The requests of a namespace. */
    private static final class Load {
        private final Condition room;
        /** Those that have been sent, and those that wait. */
        private int users;

        private int sent;
        private int slow;

        Load(Condition room) {
            this.room = room;
        }

        private boolean hasRoom() {
            return slow == 0 || sent < MAX_WHILE_SLOW;
        }
    }

    private final AdaptiveLimit limit;
    private final Lock lock = new ReentrantLock();
    private final Map<String, Load> loads = new HashMap<>();
    private int uncounted;

    OngoingRequests(AdaptiveLimit limit) {
        this.limit = limit;
    }

    /**
     * Waits until a request may be sent.
     *
     * @param namespace the namespace whose other requests wait if this one is slow; null if none do
     * @param pass sequence number of the reconcile that sends it, in order of their start
     * @param place of that reconcile; null outside of reconciles
     * @return the request, whose end must be reported
     */
    Ongoing begin(@Nullable String namespace, Rank rank, long pass, @Nullable Place place) throws InterruptedException {
        if (namespace == null) {
            return new Ongoing(null, limit.acquire(rank, pass), place);
        }
        join(namespace);
        try {
            while (true) {
                awaitRoom(namespace, place);
                Rank sent = limit.acquire(rank, pass);
                if (enter(namespace)) {
                    return new Ongoing(namespace, sent, place);
                }
                limit.failed(sent);
            }
        } catch (InterruptedException e) {
            change(namespace, this::quit);
            throw e;
        }
    }

    private void join(String namespace) {
        lock.lock();
        try {
            loads.computeIfAbsent(namespace, key -> new Load(lock.newCondition())).users++;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(String namespace, @Nullable Place place) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Load load = load(namespace);
            while (!load.hasRoom()) {
                if (place != null) {
                    place.release();
                }
                load.room.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean enter(String namespace) {
        lock.lock();
        try {
            Load load = load(namespace);
            boolean hasRoom = load.hasRoom();
            if (hasRoom) {
                load.sent++;
            }
            return hasRoom;
        } finally {
            lock.unlock();
        }
    }

    private void change(String namespace, Consumer<Load> change) {
        lock.lock();
        try {
            Load load = load(namespace);
            change.accept(load);
            if (load.users == 0) {
                loads.remove(namespace);
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave(String namespace, boolean wasSlow) {
        change(namespace, load -> {
            load.sent--;
            if (wasSlow) {
                load.slow--;
            }
            quit(load);
        });
    }

    /** One that was signalled may quit, so it passes the signal on. */
    private void quit(Load load) {
        load.users--;
        if (load.slow == 0) {
            load.room.signalAll();
        } else {
            load.room.signal();
        }
    }

    private Load load(String namespace) {
        return Objects.requireNonNull(loads.get(namespace));
    }

    private boolean tryUncount() {
        lock.lock();
        try {
            boolean isPossible = uncounted < MAX_UNCOUNTED;
            if (isPossible) {
                uncounted++;
            }
            return isPossible;
        } finally {
            lock.unlock();
        }
    }

    private void countAgain() {
        lock.lock();
        try {
            uncounted--;
        } finally {
            lock.unlock();
        }
    }

    /** A request that may be sent. */
    final class Ongoing {
        private final @Nullable String namespace;
        private final Rank rank;
        private final @Nullable Place place;
        private boolean isSlow;
        private boolean isUncounted;
        private boolean hasEnded;

        private Ongoing(@Nullable String namespace, Rank rank, @Nullable Place place) {
            this.namespace = namespace;
            this.rank = rank;
            this.place = place;
            AFTER_A_SECOND.execute(this::becomeSlow);
        }

        private synchronized void becomeSlow() {
            if (hasEnded) {
                return;
            }
            if (!isSlow && namespace != null) {
                change(namespace, load -> load.slow++);
            }
            isSlow = true;
            isUncounted = tryUncount();
            if (!isUncounted) {
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
            if (isUncounted) {
                countAgain();
                limit.resume(rank);
            }
            result.accept(rank);
            if (namespace != null) {
                leave(namespace, isSlow);
            }
        }
    }
}
