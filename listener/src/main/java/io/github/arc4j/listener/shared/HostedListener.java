package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.loop.FailureBackoff;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.state.SessionStatus;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The listener of one AutoscalingListener. It is restarted when its configuration changes, and when it hangs or fails;
 * while the new configuration cannot be read, it continues with the previous one. It never waits for other listeners.
 */
final class HostedListener {
    private static final Logger log = LoggerFactory.getLogger(HostedListener.class);
    /** A listener that ran for longer than this is restarted immediately. */
    private static final Duration LASTING = Duration.ofMinutes(1);
    /** Shorter than the 10 seconds for which the controller waits for the report that a listener has stopped. */
    private static final Duration STOP_REPORT_LIMIT = Duration.ofSeconds(8);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final ListenerSecrets secrets;
    private final Function<ListenerSecrets.Inputs, ListenerRun> factory;
    private final Runnable onStopped;
    private final SessionReport report;
    private final Timing timing;
    private final FailureBackoff backoff = new FailureBackoff();

    private AssignedListener assigned;
    private @Nullable ListenerRun run;
    private String gitHub = "";
    private int closing;
    private @Nullable Thread host;
    private boolean broken;
    private boolean stopping;

    /**
     * @param factory throws an {@link IllegalArgumentException} if only another configuration can fix the error
     * @param onStopped called when it has stopped for good, by the thread that hosts it
     */
    HostedListener(
            AssignedListener assigned,
            ListenerSecrets secrets,
            Function<ListenerSecrets.Inputs, ListenerRun> factory,
            Runnable onStopped,
            SessionReport report,
            Timing timing) {
        this.assigned = assigned;
        this.secrets = secrets;
        this.factory = factory;
        this.onStopped = onStopped;
        this.report = report;
        this.timing = timing;
    }

    String name() {
        return current().name();
    }

    /** The GitHub host that it listens to; empty if it never did. */
    synchronized String gitHub() {
        return gitHub;
    }

    /** Starts listening, on threads of its own. */
    void start() {
        report.changed(new SessionStatus(SessionStatus.OPENING, "", "no session yet"));
        Thread thread = Thread.ofVirtual().name("host").unstarted(this::host);
        synchronized (this) {
            host = thread;
        }
        thread.start();
    }

    /** Updates the known state of the object. */
    synchronized void update(AssignedListener listener) {
        assigned = listener;
        notifyAll();
        report.observed(listener.session());
    }

    /** Ends the current run if it has a problem that a new one may fix. */
    synchronized void check() {
        Optional<String> problem = run == null ? Optional.empty() : run.problem();
        if (problem.isPresent()) {
            log.warn("Replacing the listener of {}: {}", assigned.name(), problem.get());
            broken = true;
            notifyAll();
        }
    }

    /**
     * Stops listening and waits until the session is deleted, which takes less than 5 seconds.
     *
     * @param released whether the status must also report that this process no longer hosts it, which takes longer
     */
    void stop(boolean released) throws InterruptedException {
        ListenerRun last;
        synchronized (this) {
            stopping = true;
            last = take();
            notifyAll();
        }
        if (!released) {
            report.close();
        }
        close(last);
        awaitEnd();
        if (released) {
            report.stopped(STOP_REPORT_LIMIT);
        }
    }

    private void host() {
        try {
            hostUntilStopped();
        } finally {
            // By this thread, because it may still have begun a run after the listener was stopped.
            onStopped.run();
        }
    }

    private void hostUntilStopped() {
        try (MDC.MDCCloseable ignored = MDC.putCloseable("listener", current().name())) {
            while (!isStopping()) {
                AssignedListener now = current();
                try {
                    begin(secrets.read(now));
                    awaitReplacement(now.configHash());
                } catch (IllegalArgumentException e) {
                    String message = String.valueOf(e.getMessage());
                    log.error("Cannot listen with this configuration: {}", message);
                    end();
                    report.changed(new SessionStatus(SessionStatus.MISCONFIGURED, message, message));
                    pause(now.configHash());
                } catch (KubeException e) {
                    log.warn("Cannot read the listener's configuration: {}", e.getMessage());
                    retry(now, "kubernetes", String.valueOf(e.getMessage()));
                } catch (RuntimeException e) {
                    log.error("Unexpected failure", e);
                    retry(now, "internal", e.toString());
                }
            }
        } catch (InterruptedException e) {
            log.debug("Stopped by an interrupt");
        }
    }

    private void retry(AssignedListener now, String cause, String message) throws InterruptedException {
        if (isIdle()) {
            report.changed(new SessionStatus(SessionStatus.RETRYING, cause, message));
        }
        pause(now.configHash());
    }

    private synchronized AssignedListener current() {
        return assigned;
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private synchronized boolean isIdle() {
        return run == null;
    }

    /** Ends the previous session before the next one is opened. */
    private void begin(ListenerSecrets.Inputs inputs) {
        end();
        ListenerRun next = factory.apply(inputs);
        synchronized (this) {
            if (stopping) {
                next.close();
                return;
            }
            broken = false;
            run = next;
            gitHub = URI.create(inputs.config().configureUrl()).getRawAuthority();
            next.begin(this::wake);
        }
    }

    private void end() {
        close(take());
    }

    private synchronized @Nullable ListenerRun take() {
        ListenerRun taken = run;
        run = null;
        if (taken != null) {
            closing++;
        }
        return taken;
    }

    private void close(@Nullable ListenerRun taken) {
        if (taken == null) {
            return;
        }
        try {
            taken.close();
        } finally {
            synchronized (this) {
                closing--;
                notifyAll();
            }
        }
    }

    /** Waits until nothing more happens, but not longer than {@link #CLOSE_LIMIT}. */
    private void awaitEnd() throws InterruptedException {
        long deadline = timing.nanoTime() + CLOSE_LIMIT.toNanos();
        Thread thread;
        synchronized (this) {
            thread = host;
            while (closing > 0 && timing.nanoTime() - deadline < 0) {
                TimeUnit.NANOSECONDS.timedWait(this, deadline - timing.nanoTime());
            }
        }
        if (thread != null) {
            thread.join(Duration.ofNanos(Math.max(0, deadline - timing.nanoTime())));
        }
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** Waits until the listener must be replaced or stopped; after an early failure, also for a pause. */
    private void awaitReplacement(String configHash) throws InterruptedException {
        long start = timing.nanoTime();
        if (awaitFailure(configHash)) {
            if (timing.nanoTime() - start > LASTING.toNanos()) {
                backoff.reset();
            } else {
                pause(configHash);
            }
        } else {
            backoff.reset();
        }
    }

    /** Returns false if the configuration has changed or the listener is to stop. */
    private synchronized boolean awaitFailure(String configHash) throws InterruptedException {
        while (!stopping && assigned.configHash().equals(configHash)) {
            if (broken || run == null || run.hasEnded()) {
                return true;
            }
            wait();
        }
        return false;
    }

    /** Returns early if the configuration changes. */
    private synchronized void pause(String configHash) throws InterruptedException {
        long deadline = timing.nanoTime() + backoff.next(FailureKind.NETWORK).toNanos();
        while (!stopping && assigned.configHash().equals(configHash) && timing.nanoTime() - deadline < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline - timing.nanoTime()));
        }
    }
}
