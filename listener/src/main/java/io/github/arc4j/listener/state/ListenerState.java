package io.github.arc4j.listener.state;

import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.actions.loop.Trouble;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a listener is doing, for probes and metrics: written by its loop, read by any thread. It tells a deaf listener
 * from an idle one.
 *
 * <p>Not live means that a new process may do better: a step hangs beyond its limit, or one passing trouble follows
 * another for ten minutes. What a new process cannot heal (refused credentials, a session that somebody else holds, a
 * scale set that is gone) makes it only not ready.
 */
public final class ListenerState {
    /** What a listener does about its session. */
    public enum Phase {
        OPENING,
        LISTENING,
        CONFLICT,
        REFUSED,
        SCALE_SET_GONE,
        RETRYING,
        STOPPED;

        public static Phase of(Trouble trouble) {
            return switch (trouble) {
                case SESSION_CONFLICT -> CONFLICT;
                case REFUSED -> REFUSED;
                case SCALE_SET_GONE -> SCALE_SET_GONE;
                default -> RETRYING;
            };
        }
    }

    /** Troubles that pass within this are not worth taking a listener out of service. */
    private static final Duration READY_DESPITE_TROUBLE = Duration.ofMinutes(1);

    private static final Duration LIVE_DESPITE_TROUBLE = Duration.ofMinutes(10);
    /** More than any step takes, the long poll and the time limits of its calls included. */
    private static final Duration STEP_LIMIT = Duration.ofMinutes(5);

    private static final Duration PAUSE_MARGIN = Duration.ofMinutes(1);

    private final Timing timing;
    private final SessionObserver observer;
    private SessionStatus told = new SessionStatus(SessionStatus.OPENING, "", "");
    private Phase phase = Phase.OPENING;
    private boolean everListened;
    private String cause = "";
    private boolean newProcessMayHeal;
    private String trouble = "no session yet";
    private long troubleSince;
    private long stepDeadline;
    private @Nullable Long lastPoll;

    public ListenerState(Timing timing) {
        this(timing, SessionObserver.NONE);
    }

    /** @param observer told of what lasts: not of trouble that passes soon */
    public ListenerState(Timing timing, SessionObserver observer) {
        this.timing = timing;
        this.observer = observer;
        this.troubleSince = timing.nanoTime();
        this.stepDeadline = timing.nanoTime() + STEP_LIMIT.toNanos();
    }

    /** A step begins: opening a session, or a poll and what follows from it. */
    public synchronized void step() {
        stepDeadline = timing.nanoTime() + STEP_LIMIT.toNanos();
    }

    /** A poll was answered, with or without a message. */
    public synchronized void polled() {
        lastPoll = timing.nanoTime();
    }

    /** The session is open and the cluster has what it said last. */
    public synchronized void listening() {
        phase = Phase.LISTENING;
        newProcessMayHeal = false;
        everListened = true;
        tell();
    }

    /** Something failed; the next try is after a pause. */
    public synchronized void pausing(Trouble why, String message, Duration pause) {
        if (phase == Phase.LISTENING || phase == Phase.OPENING) {
            troubleSince = timing.nanoTime();
        }
        phase = Phase.of(why);
        newProcessMayHeal = why.newProcessMayHeal();
        cause = Causes.of(why);
        trouble = cause + ": " + message;
        stepDeadline = timing.nanoTime() + pause.plus(PAUSE_MARGIN).toNanos();
        tell();
    }

    public synchronized void stopped() {
        phase = Phase.STOPPED;
    }

    public synchronized Phase phase() {
        return phase;
    }

    /** Seconds since the last poll was answered; NaN if none was. */
    public synchronized double pollAgeSeconds() {
        return lastPoll == null ? Double.NaN : (timing.nanoTime() - lastPoll) / 1e9;
    }

    /** What a new process may heal. */
    public synchronized Optional<String> livenessProblem() {
        if (phase == Phase.STOPPED) {
            return Optional.empty();
        }
        if (timing.nanoTime() - stepDeadline > 0) {
            return Optional.of("deaf: the last step has not ended within its limit");
        }
        return newProcessMayHeal && troubleLasts(LIVE_DESPITE_TROUBLE)
                ? Optional.of("deaf: in trouble for too long: " + trouble)
                : Optional.empty();
    }

    /** Why jobs do not reach the cluster. */
    public synchronized Optional<String> readinessProblem() {
        return switch (phase) {
            case LISTENING -> Optional.empty();
            case RETRYING ->
                everListened && !troubleLasts(READY_DESPITE_TROUBLE) ? Optional.empty() : Optional.of(trouble);
            case OPENING, CONFLICT, REFUSED, SCALE_SET_GONE -> Optional.of(trouble);
            case STOPPED -> Optional.of("stopped");
        };
    }

    private void tell() {
        SessionStatus now = readinessProblem()
                .map(problem -> new SessionStatus(phase.name().toLowerCase(Locale.ROOT), cause, problem))
                .orElseGet(SessionStatus::listening);
        if (!now.isLike(told)) {
            told = now;
            observer.changed(now);
        }
    }

    private boolean troubleLasts(Duration limit) {
        return timing.nanoTime() - troubleSince > limit.toNanos();
    }
}
