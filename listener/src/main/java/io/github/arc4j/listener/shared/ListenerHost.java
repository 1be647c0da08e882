package io.github.arc4j.listener.shared;

import io.github.arc4j.listener.SessionStatus;
import io.github.arc4j.listener.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a listener for each AutoscalingListener that is assigned to this process, and none for others. */
final class ListenerHost implements ListenerWatch.Sink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerHost.class);
    /** How soon a listener that hangs is noticed, after the minutes that its limits are. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(15);

    private static final Duration CLOSE_LIMIT = Duration.ofMillis(4600);

    /** Sessions of one GitHub that are ended at a time; without HTTP/2, each takes a connection to itself. */
    private static final int ENDS = 64;

    private final Function<AssignedListener, HostedListener> factory;
    private final Timing timing;
    private final Map<String, HostedListener> hosted = new HashMap<>();
    private final Thread checks;
    private boolean closed;

    /** @param factory makes one that is not started yet */
    ListenerHost(Function<AssignedListener, HostedListener> factory, Timing timing) {
        this.factory = factory;
        this.timing = timing;
        this.checks = Thread.ofVirtual().name("listener-checks").start(this::checkAll);
    }

    @Override
    public synchronized void replaced(List<AssignedListener> all) {
        Set<String> gone = new HashSet<>(hosted.keySet());
        for (AssignedListener listener : all) {
            gone.remove(listener.name());
            changed(listener);
        }
        gone.forEach(this::release);
    }

    @Override
    public synchronized void changed(AssignedListener listener) {
        if (closed) {
            return;
        }
        HostedListener known = hosted.get(listener.name());
        if (known != null && !known.uid().equals(listener.uid())) {
            release(listener.name());
            known = null;
        }
        if (listener.deleted()) {
            release(listener);
        } else if (known == null) {
            LOG.info("Hosting listener {}", listener.name());
            HostedListener added = factory.apply(listener);
            hosted.put(listener.name(), added);
            added.start();
        } else {
            known.update(listener);
        }
    }

    @Override
    public synchronized void removed(AssignedListener listener) {
        HostedListener known = hosted.get(listener.name());
        if (known != null && known.uid().equals(listener.uid())) {
            release(listener.name());
        }
    }

    /** Of one that was never hosted here, its object wants to hear the same. */
    private void release(AssignedListener listener) {
        if (hosted.containsKey(listener.name())) {
            release(listener.name());
        } else if (!listener.session().state().equals(SessionStatus.STOPPED)) {
            stop(factory.apply(listener));
        }
    }

    private void release(String name) {
        HostedListener known = hosted.remove(name);
        if (known != null) {
            LOG.info("Letting go of listener {}", name);
            stop(known);
        }
    }

    private static void stop(HostedListener listener) {
        Thread.ofVirtual().name("listener-stop").start(() -> stop(listener, true));
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
            LOG.debug("Stopped by an interrupt");
        }
    }

    /** Ends all sessions, below 5 seconds. What the objects say stays, for the process that follows. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        checks.interrupt();
        Map<String, Semaphore> turns = new HashMap<>();
        List<Thread> stops = new ArrayList<>();
        for (HostedListener listener : all()) {
            Semaphore turn = turns.computeIfAbsent(listener.gitHub(), host -> new Semaphore(ENDS));
            stops.add(Thread.ofVirtual().name("listener-stop").start(() -> stopInTurn(listener, turn)));
        }
        long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
        try {
            for (Thread stop : stops) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (!left.isPositive() || !stop.join(left)) {
                    LOG.warn("Not all listeners have stopped in time");
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
