package io.github.arc4j.listener.state;

import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.loop.Timing;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The state of a listener, for probes and metrics: written by its loop, read by any thread. It distinguishes a listener
 * that cannot receive messages from an idle one.
 *
 * <p>Not live means that a restart may help: a step exceeds its time limit, or transient problems have continued for
 * ten minutes. A problem that a restart cannot fix (rejected credentials, a session that another process holds, a
 * deleted scale set) makes the listener only not ready.
 */
public final class ListenerState {
    public enum Phase {
        OPENING,
        LISTENING,
        CONFLICT,
        REFUSED,
        SCALE_SET_GONE,
        RETRYING,
        STOPPED;

        public static Phase of(FailureKind kind) {
            return switch (kind) {
                case SESSION_CONFLICT -> CONFLICT;
                case REFUSED -> REFUSED;
                case SCALE_SET_GONE -> SCALE_SET_GONE;
                default -> RETRYING;
            };
        }
    }

    /** Problems that end within this time do not make a listener unready. */
    private static final Duration READY_DESPITE_PROBLEM = Duration.ofMinutes(1);

    private static final Duration LIVE_DESPITE_PROBLEM = Duration.ofMinutes(10);
    /** Longer than any step takes, including the long poll and the timeouts of its calls. */
    private static final Duration STEP_LIMIT = Duration.ofMinutes(5);

    private static final Duration PAUSE_MARGIN = Duration.ofMinutes(1);

    private final Timing timing;
    private final SessionObserver observer;
    private SessionStatus lastReported = new SessionStatus(SessionStatus.OPENING, "", "");
    private Phase phase = Phase.OPENING;
    private boolean everListened;
    private String session = "";
    private String cause = "";
    private boolean restartMayHelp;
    private String problem = "no session yet";
    private long problemSince;
    private long stepDeadline;
    private @Nullable Long lastPoll;

    /** @param observer notified of lasting changes, not of problems that soon end */
    public ListenerState(Timing timing, SessionObserver observer) {
        this.timing = timing;
        this.observer = observer;
        this.problemSince = timing.nanoTime();
        this.stepDeadline = timing.nanoTime() + STEP_LIMIT.toNanos();
    }

    /** The kind of a problem in metrics and probes: the listener's handler fails only if the API server does. */
    public static String cause(FailureKind kind) {
        return kind == FailureKind.HANDLER ? "kubernetes" : kind.cause();
    }

    /** Records the start of a step: opening a session, or a poll and the handling of its result. */
    public synchronized void step() {
        stepDeadline = timing.nanoTime() + STEP_LIMIT.toNanos();
    }

    /** Records the response to a poll, with or without a message. */
    public synchronized void polled() {
        lastPoll = timing.nanoTime();
    }

    /** Records that a session is open and the cluster has its latest number. */
    public synchronized void opened(UUID id) {
        session = id.toString();
        listening();
    }

    /** Records that problems are over. */
    public synchronized void listening() {
        phase = Phase.LISTENING;
        restartMayHelp = false;
        everListened = true;
        report();
    }

    /** Records a failure; the next attempt follows after a pause. */
    public synchronized void pausing(FailureKind why, String message, Duration pause) {
        if (phase == Phase.LISTENING || phase == Phase.OPENING) {
            problemSince = timing.nanoTime();
        }
        phase = Phase.of(why);
        restartMayHelp = why.restartMayHelp();
        cause = cause(why);
        problem = cause + ": " + message;
        stepDeadline = timing.nanoTime() + pause.plus(PAUSE_MARGIN).toNanos();
        report();
    }

    public synchronized void stopped() {
        phase = Phase.STOPPED;
    }

    public synchronized Phase phase() {
        return phase;
    }

    /** Seconds since the last response to a poll; NaN if there was none. */
    public synchronized double pollAgeSeconds() {
        return lastPoll == null ? Double.NaN : (timing.nanoTime() - lastPoll) / 1e9;
    }

    /** A problem that a restart may fix. */
    public synchronized Optional<String> livenessProblem() {
        if (phase == Phase.STOPPED) {
            return Optional.empty();
        }
        if (timing.nanoTime() - stepDeadline > 0) {
            return Optional.of("not polling: the last step has not ended within its time limit");
        }
        return restartMayHelp && problemLasts(LIVE_DESPITE_PROBLEM)
                ? Optional.of("failing for too long: " + problem)
                : Optional.empty();
    }

    /** Why jobs do not reach the cluster. */
    public synchronized Optional<String> readinessProblem() {
        return switch (phase) {
            case LISTENING -> Optional.empty();
            case RETRYING ->
                everListened && !problemLasts(READY_DESPITE_PROBLEM) ? Optional.empty() : Optional.of(problem);
            case OPENING, CONFLICT, REFUSED, SCALE_SET_GONE -> Optional.of(problem);
            case STOPPED -> Optional.of("stopped");
        };
    }

    private void report() {
        SessionStatus now = readinessProblem()
                .map(reason -> new SessionStatus(phase.name().toLowerCase(Locale.ROOT), cause, reason))
                .orElseGet(() -> new SessionStatus(SessionStatus.LISTENING, "", "", session));
        if (!now.isLike(lastReported)) {
            lastReported = now;
            observer.changed(now);
        }
    }

    private boolean problemLasts(Duration limit) {
        return timing.nanoTime() - problemSince > limit.toNanos();
    }
}
