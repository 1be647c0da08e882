package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SessionView;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import io.github.arc4j.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Message sessions: at most one per scale set, alive while it is polled. */
public final class Sessions {
    private final SimulatorOptions options;
    private final Monitor monitor;
    private final Events events;
    private final Timers timers;
    private final ScaleSets scaleSets;
    private final JobFlow flow;

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

    /** A session and the scale set that it belongs to, at one moment. */
    public record OpenSession(SessionView session, ScaleSetView scaleSet) {
        static OpenSession of(Session session) {
            return new OpenSession(session.view(), session.scaleSet().view());
        }
    }

    /** Opens a session unless there is one. */
    public OpenSession open(Scope scope, int scaleSetId, String owner) {
        return monitor.locked(() -> {
            ScaleSet scaleSet = scaleSets.require(scope, scaleSetId);
            Session present = scaleSet.session();
            if (present != null) {
                throw ServiceException.sessionConflict(scaleSet.name(), present.owner());
            }
            Session session = new Session(scaleSet, owner);
            scaleSet.session(session);
            expireLater(session);
            events.publish(Kind.SESSION_OPENED, scaleSet, null, null, owner);
            return OpenSession.of(session);
        });
    }

    /** The session as it is now, for a client whose queue token has expired. */
    public OpenSession refresh(Scope scope, int scaleSetId, UUID id) {
        return monitor.locked(() -> {
            Session session = require(scope, scaleSetId, id);
            expireLater(session);
            return OpenSession.of(session);
        });
    }

    public void close(Scope scope, int scaleSetId, UUID id) {
        monitor.locked(() -> end(require(scope, scaleSetId, id), Kind.SESSION_CLOSED));
    }

    /** Ends the sessions of all scale sets, as the service does with dead ones. */
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

    /** Whether a poll of the session is under way. */
    public boolean polling(Scope scope, int scaleSetId, UUID id) {
        return monitor.locked(() -> require(scope, scaleSetId, id).polling());
    }

    /**
     * Waits for a message.
     *
     * @param after id of the last message that the client knows, 0 for none
     * @param capacity how many runners the scale set may have
     * @return empty when there is none in time
     */
    public Optional<Message> poll(Scope scope, int scaleSetId, UUID id, long after, int capacity, Duration timeout)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        return monitor.lockedWaiting(() -> {
            Session session = require(scope, scaleSetId, id);
            ScaleSet scaleSet = session.scaleSet();
            session.beginPoll();
            try {
                scaleSet.capacity(capacity);
                flow.offer(scaleSet);
                MessageQueue queue = scaleSet.messages();
                Long next = queue.next(after);
                while (next == null && Monitor.wait(queue.arrivals(), deadline)) {
                    require(scope, scaleSetId, id);
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

    /** Deletes a message; false if it is not there (any more). */
    public boolean delete(Scope scope, int scaleSetId, UUID id, long messageId) {
        return monitor.locked(() -> {
            Session session = require(scope, scaleSetId, id);
            expireLater(session);
            return session.scaleSet().messages().delete(messageId);
        });
    }

    private Session require(Scope scope, int scaleSetId, UUID id) {
        Session session = scaleSets.require(scope, scaleSetId).session();
        if (session == null || !session.id().equals(id)) {
            throw ServiceException.sessionNotFound(id.toString());
        }
        return session;
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
        events.publish(how, scaleSet, null, null, session.owner());
        flow.withdrawOffers(scaleSet);
    }
}
