package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.listener.state.SessionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a listener for each AutoscalingListener that is assigned to this process, and none for others. Except {@link
 * #close}, no method blocks.
 */
final class ListenerHost implements AutoCloseable {
    /**
     * A listener that is being stopped.
     *
     * @param next the state of its object that was received since
     */
    private record End(Thread stop, Optional<AssignedListener> next) {
        End before(Optional<AssignedListener> listener) {
            return new End(stop, listener);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(ListenerHost.class);
    /** How soon a hung listener is detected, in addition to its time limits, which are minutes. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(15);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(4);

    /**
     * Maximum number of sessions at the same GitHub host that are ended concurrently; without HTTP/2, each needs its
     * own connection.
     */
    private static final int ENDS = 32;

    private final Function<AssignedListener, HostedListener> factory;
    private final Timing timing;
    /** Keyed by UID, like the following maps. */
    private final Map<String, HostedListener> hosted = new HashMap<>();

    private final Map<String, End> ending = new HashMap<>();
    private final Thread checks;
    private boolean closed;

    /** @param factory creates a listener without starting it */
    ListenerHost(Function<AssignedListener, HostedListener> factory, Timing timing) {
        this.factory = factory;
        this.timing = timing;
        this.checks = Thread.ofVirtual().name("listener-checks").start(this::checkAll);
    }

    /** Replaces all known listeners with these. */
    synchronized void replaced(List<AssignedListener> all) {
        ending.replaceAll((uid, end) -> end.before(Optional.empty()));
        Set<String> removed = new HashSet<>(hosted.keySet());
        for (AssignedListener listener : all) {
            removed.remove(listener.uid());
            changed(listener);
        }
        removed.forEach(this::release);
    }

    synchronized void changed(AssignedListener listener) {
        String uid = listener.uid();
        HostedListener known = hosted.get(uid);
        if (closed) {
            return;
        }
        if (ending.containsKey(uid)) {
            ending.computeIfPresent(uid, (same, end) -> end.before(Optional.of(listener)));
        } else if (!listener.deleted()) {
            host(listener, known);
        } else if (known != null) {
            release(uid);
        } else if (!listener.session().state().equals(SessionStatus.STOPPED)) {
            // Never hosted here, but its object still waits for the report that the listener has stopped.
            end(uid, factory.apply(listener));
        }
    }

    private void host(AssignedListener listener, @Nullable HostedListener known) {
        if (known != null) {
            known.update(listener);
            return;
        }
        log.info("Hosting listener {}", listener.name());
        HostedListener added = factory.apply(listener);
        hosted.put(listener.uid(), added);
        added.start();
    }

    /** The object was deleted, or is no longer assigned to this process. */
    synchronized void removed(AssignedListener listener) {
        ending.computeIfPresent(listener.uid(), (uid, end) -> end.before(Optional.empty()));
        release(listener.uid());
    }

    private void release(String uid) {
        HostedListener known = hosted.remove(uid);
        if (known != null) {
            log.info("No longer hosting listener {}", known.name());
            end(uid, known);
        }
    }

    private void end(String uid, HostedListener listener) {
        Thread stop = Thread.ofVirtual().name("listener-stop").unstarted(() -> {
            stop(listener, true);
            ended(uid);
        });
        ending.put(uid, new End(stop, Optional.empty()));
        stop.start();
    }

    private synchronized void ended(String uid) {
        End end = ending.remove(uid);
        if (end != null) {
            end.next().ifPresent(this::changed);
        }
    }

    private static void stop(HostedListener listener, boolean released) {
        try {
            listener.stop(released);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stopInTurn(HostedListener listener, Semaphore turn) {
        turn.acquireUninterruptibly();
        try {
            stop(listener, false);
        } finally {
            turn.release();
        }
    }

    private synchronized List<HostedListener> all() {
        return List.copyOf(hosted.values());
    }

    private void checkAll() {
        try {
            while (true) {
                timing.sleep(CHECK_INTERVAL);
                all().forEach(HostedListener::check);
            }
        } catch (InterruptedException e) {
            log.debug("Stopped by an interrupt");
        }
    }

    /**
     * Ends all sessions, in less than 5 seconds. The statuses of the objects stay as they are, for the next process.
     */
    @Override
    public void close() {
        Map<String, Semaphore> turns = new HashMap<>();
        List<Thread> stops = new ArrayList<>();
        synchronized (this) {
            closed = true;
            ending.values().forEach(end -> stops.add(end.stop()));
        }
        checks.interrupt();
        for (HostedListener listener : all()) {
            Semaphore turn = turns.computeIfAbsent(listener.gitHub(), host -> new Semaphore(ENDS));
            stops.add(Thread.ofVirtual().name("listener-stop").start(() -> stopInTurn(listener, turn)));
        }
        long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
        try {
            for (Thread stop : stops) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (!left.isPositive() || !stop.join(left)) {
                    log.warn("Not all listeners have stopped in time");
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
