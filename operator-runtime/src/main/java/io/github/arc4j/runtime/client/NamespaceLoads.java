package io.github.arc4j.runtime.client;

import io.github.arc4j.runtime.queue.Slot;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests of each namespace. While one of them is slow, the namespace has room for only a few at a time,
 * and its other reconciles wait, without a slot. That lasts until none of them waits any more: otherwise they would all
 * continue at the same time and, being the oldest, before those of other namespaces.
 */
final class NamespaceLoads {
    private static final int MAX_WHILE_SLOW = 8;
    /** More, because the controller's own namespace contains objects of all tenants. */
    private static final int MAX_OWN_WHILE_SLOW = 24;

    private static final class Load {
        private final int maxWhileSlow;
        private final Condition room;
        /** Requests that have been sent, and those that wait for whatever reason. */
        private int users;

        private int sent;
        private int slow;
        /** Requests that wait for room. */
        private int waiting;

        private boolean isLimited;

        Load(int maxWhileSlow, Condition room) {
            this.maxWhileSlow = maxWhileSlow;
            this.room = room;
        }

        private boolean hasRoom() {
            return !isLimited || sent < maxWhileSlow;
        }

        private void becomeSlow() {
            slow++;
            isLimited = true;
        }

        private void leave(boolean wasSlow) {
            sent--;
            if (wasSlow) {
                slow--;
            }
            quit();
        }

        /** A request that was signalled may quit, so the signal is passed on. */
        private void quit() {
            users--;
            if (slow == 0 && waiting == 0) {
                isLimited = false;
            }
            room.signal();
        }
    }

    private final @Nullable String ownNamespace;
    private final Lock lock = new ReentrantLock();
    private final Map<String, Load> loads = new HashMap<>();

    /** @param ownNamespace the controller's namespace; null if it is unknown */
    NamespaceLoads(@Nullable String ownNamespace) {
        this.ownNamespace = ownNamespace;
    }

    /** Another request will be sent; {@link #enter} and {@link #leave}, or {@link #quit}, must follow. */
    void join(String namespace) {
        lock.lock();
        try {
            loads.computeIfAbsent(namespace, this::newLoad).users++;
        } finally {
            lock.unlock();
        }
    }

    private Load newLoad(String namespace) {
        return new Load(namespace.equals(ownNamespace) ? MAX_OWN_WHILE_SLOW : MAX_WHILE_SLOW, lock.newCondition());
    }

    /** Waits until there is room. If there is none yet, releases the reconcile's slot. */
    void awaitRoom(String namespace, @Nullable Slot slot) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Load load = load(namespace);
            while (!load.hasRoom()) {
                if (slot != null) {
                    slot.release();
                }
                load.waiting++;
                try {
                    load.room.await();
                } finally {
                    load.waiting--;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends the request if there is still room; otherwise, wait again. */
    boolean enter(String namespace) {
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

    /** A request that was sent is slow. */
    void becomeSlow(String namespace) {
        change(namespace, Load::becomeSlow);
    }

    /** A request that was sent has ended. */
    void leave(String namespace, boolean wasSlow) {
        change(namespace, load -> load.leave(wasSlow));
    }

    /** The request will not be sent. */
    void quit(String namespace) {
        change(namespace, Load::quit);
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

    private Load load(String namespace) {
        return Objects.requireNonNull(loads.get(namespace));
    }
}
