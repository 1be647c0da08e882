package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SessionView;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.service.state.Message;
import io.github.arc4j.simulator.service.state.MessageQueue;
import io.github.arc4j.simulator.service.state.Monitor;
import io.github.arc4j.simulator.service.state.ScaleSet;
import io.github.arc4j.simulator.service.state.Scope;
import io.github.arc4j.simulator.service.state.Session;
import io.github.arc4j.simulator.service.state.Timers;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Message sessions: at most one per scale set, which expires if it is not polled. */
public final class Sessions {
    private final SimulatorOptions options;
    private final Monitor monitor;
    private final Events events;
    private final Timers timers;
    private final ScaleSets scaleSets;
    private final JobFlow flow;
    private final Set<UUID> expired = new HashSet<>();

    Sessions(
            SimulatorOptions options,
            Monitor monitor,
            Events events,
            Timers timers,
            ScaleSets scaleSets,
            JobFlow flow) {
        this.options = options;
        this.monitor = monitor;
        this.events = events;
        this.timers = timers;
        this.scaleSets = scaleSets;
        this.flow = flow;
    }

    /** A consistent snapshot of a session and its scale set. */
    public record OpenSession(SessionView session, ScaleSetView scaleSet) {
        static OpenSession of(Session session) {
            return new OpenSession(session.view(), session.scaleSet().view());
        }
    }

    /** Identifies a session as clients do. */
    public record Key(Scope scope, int scaleSetId, UUID id) {}

    /** Opens a session if the scale set has none. */
    public OpenSession open(Scope scope, int scaleSetId, String owner) {
        return monitor.locked(() -> {
            ScaleSet scaleSet = scaleSets.require(scope, scaleSetId);
            Session existing = scaleSet.session();
            if (existing != null) {
                throw ServiceException.sessionConflict(scaleSet.name(), existing.owner());
            }
            Session session = new Session(scaleSet, owner);
            scaleSet.session(session);
            expireLater(session);
            events.publish(Kind.SESSION_OPENED, scaleSet, null, null, owner);
            return OpenSession.of(session);
        });
    }

    /** The current session, for a client whose queue token has expired. */
    public OpenSession refresh(Key key) {
        return monitor.locked(() -> {
            Session session = require(key);
            expireLater(session);
            return OpenSession.of(session);
        });
    }

    public void close(Key key) {
        monitor.locked(() -> {
            if (expired.contains(key.id())) {
                throw ServiceException.sessionExpired(key.id());
            }
            end(require(key), Kind.SESSION_CLOSED);
        });
    }

    /** Ends the sessions of all scale sets, as the service does with expired ones. */
    public void expireAll() {
        monitor.locked(() -> scaleSets.all().stream()
                .map(ScaleSet::session)
                .filter(Objects::nonNull)
                .forEach(session -> end(session, Kind.SESSION_EXPIRED)));
    }

    public List<SessionView> views() {
        return monitor.locked(() -> scaleSets.all().stream()
                .map(ScaleSet::session)
                .filter(Objects::nonNull)
                .map(Session::view)
                .toList());
    }

    /** Whether this can be a client's last message ID: the ID of a sent message, or 0. */
    public boolean knownMessage(Key key, long id) {
        return monitor.locked(() -> requireLive(key).scaleSet().messages().known(id));
    }

    /**
     * Waits for a message. A later poll of the same session ends this one, because its client must have lost the
     * connection.
     *
     * @param after ID of the last message that the client knows, 0 if there is none
     * @param capacity maximum number of runners of the scale set
     * @return empty if there is no message within the timeout
     */
    public Optional<Message> poll(Key key, long after, int capacity, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        return monitor.lockedWaiting(() -> {
            Session session = requireLive(key);
            ScaleSet scaleSet = session.scaleSet();
            MessageQueue queue = scaleSet.messages();
            long poll = session.beginPoll();
            queue.arrivals().signalAll();
            monitor.changed();
            try {
                scaleSet.capacity(capacity);
                flow.offer(scaleSet);
                Long next = queue.next(after);
                while (next == null && Monitor.awaitUntil(queue.arrivals(), deadline)) {
                    requireLive(key);
                    if (session.isSuperseded(poll)) {
                        break;
                    }
                    next = queue.next(after);
                }
                return next == null
                        ? Optional.empty()
                        : Optional.of(new Message(next, queue.elements(next), scaleSet.statistics()));
            } finally {
                session.endPoll();
                if (scaleSet.session() == session) {
                    expireLater(session);
                }
            }
        });
    }

    /** Deletes a message; false if it does not exist or no longer exists. */
    public boolean delete(Key key, long messageId) {
        return monitor.locked(() -> {
            Session session = requireLive(key);
            expireLater(session);
            monitor.changed();
            return session.scaleSet().messages().delete(messageId);
        });
    }

    /** Acquires offered jobs for the session; returns the request IDs that were acquired. */
    public List<Long> acquire(Key key, List<Long> requestIds) {
        return monitor.locked(() -> {
            Session session = requireLive(key);
            expireLater(session);
            return flow.acquire(session.scaleSet(), new LinkedHashSet<>(requestIds));
        });
    }

    private Session require(Key key) {
        Session session = scaleSets.require(key.scope(), key.scaleSetId()).session();
        if (session == null || !session.id().equals(key.id())) {
            throw ServiceException.sessionNotFound(key.id());
        }
        return session;
    }

    /** For calls with a queue token, which expires with its session. */
    private Session requireLive(Key key) {
        if (expired.contains(key.id())) {
            throw ServiceException.unauthorized("The session " + key.id() + " has expired.");
        }
        return require(key);
    }

    private void expireLater(Session session) {
        session.expiry(timers.after(options.sessionTimeout(), () -> {
            if (!session.polling() && session.scaleSet().session() == session) {
                end(session, Kind.SESSION_EXPIRED);
            }
        }));
    }

    private void end(Session session, Kind how) {
        ScaleSet scaleSet = session.scaleSet();
        session.expiry(null);
        scaleSet.session(null);
        if (how == Kind.SESSION_EXPIRED) {
            expired.add(session.id());
        }
        events.publish(how, scaleSet, null, null, session.owner());
        flow.withdrawOffers(scaleSet);
    }
}
