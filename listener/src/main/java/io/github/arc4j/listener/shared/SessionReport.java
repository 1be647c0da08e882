package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.loop.FailureBackoff;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.wire.JsonText;
import io.github.arc4j.api.ApiGroup;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.listener.state.SessionStatus;
import io.github.arc4j.process.log.LogText;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the state of a listener's session to {@code status.session} of its AutoscalingListener. A change is retried
 * until it is written, concurrently with the listener's work; of several changes, only the latest is written.
 */
final class SessionReport implements SessionObserver {
    private static final Logger log = LoggerFactory.getLogger(SessionReport.class);
    private static final int LONGEST_MESSAGE = 1024;

    private final KubeClient kube;
    private final String path;
    private final String uid;
    private final String holder;

    private @Nullable SessionStatus wanted;
    private @Nullable SessionStatus written;
    private boolean writing;
    private boolean last;
    private boolean closed;

    /** @param holder name of this pod */
    SessionReport(KubeClient kube, String namespace, AssignedListener listener, String holder) {
        this.kube = kube;
        this.path = ApiGroup.PATH + "/namespaces/" + namespace + "/autoscalinglisteners/" + listener.name() + "/status";
        this.uid = listener.uid();
        this.holder = holder;
    }

    @Override
    public synchronized void changed(SessionStatus status) {
        if (!last && !closed && !status.equals(wanted)) {
            wanted = status;
            write();
        }
    }

    /**
     * Compares with the status in the cluster. If two processes report, the one that listens is right; the other one,
     * which waits for the session, must not overwrite its report.
     */
    synchronized void observed(AssignedListener.Session live) {
        if (!writing
                && wanted != null
                && wanted.equals(written)
                && wanted.state().equals(SessionStatus.LISTENING)
                && !reports(live, wanted)) {
            written = null;
            write();
        }
    }

    /** Reports that the session has ended, and waits until that is written, at most this long. */
    synchronized void stopped(Duration limit) throws InterruptedException {
        changed(new SessionStatus(SessionStatus.STOPPED, "", ""));
        last = true;
        long deadline = System.nanoTime() + limit.toNanos();
        while (writing && System.nanoTime() - deadline < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, deadline - System.nanoTime());
        }
        close();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private synchronized void write() {
        if (writing) {
            notifyAll();
        } else {
            writing = true;
            Thread.ofVirtual().name("session-report").start(this::writeAll);
        }
    }

    private void writeAll() {
        FailureBackoff backoff = new FailureBackoff();
        try {
            for (SessionStatus next = next(); next != null; next = next()) {
                try {
                    write(next);
                    backoff.reset();
                } catch (KubeException e) {
                    log.debug("Failed to write the session's state, retrying: {}", e.getMessage());
                    pause(backoff.next(FailureKind.NETWORK));
                }
            }
        } catch (InterruptedException e) {
            log.debug("Stopped by an interrupt");
        }
    }

    private synchronized @Nullable SessionStatus next() {
        if (!closed && wanted != null && !wanted.equals(written)) {
            return wanted;
        }
        writing = false;
        notifyAll();
        return null;
    }

    /** Returns early if there is a newer state. */
    private synchronized void pause(Duration pause) throws InterruptedException {
        if (!closed) {
            TimeUnit.NANOSECONDS.timedWait(this, pause.toNanos());
        }
    }

    private void write(SessionStatus status) throws InterruptedException {
        String patch = JsonText.object(out -> {
            out.writeObjectFieldStart("metadata");
            out.writeStringField("uid", uid);
            out.writeEndObject();
            out.writeObjectFieldStart("status");
            out.writeObjectFieldStart("session");
            out.writeStringField("state", status.state());
            out.writeStringField("message", status.message().isEmpty() ? null : message(status));
            out.writeStringField("holder", holder);
            if (status.state().equals(SessionStatus.STOPPED)) {
                out.writeNullField("id");
            } else if (!status.session().isEmpty()) {
                out.writeStringField("id", status.session());
            } // else the last session may still be open
            out.writeEndObject();
            out.writeEndObject();
        });
        int code = kube.patch(path, patch).statusCode();
        switch (code) {
            case 200 -> {}
            case 404, 409 -> log.debug("The AutoscalingListener has been deleted: HTTP status {}", code);
            default -> throw new KubeException(code, "HTTP status " + code);
        }
        synchronized (this) {
            written = status;
        }
    }

    private boolean reports(AssignedListener.Session live, SessionStatus status) {
        return live.equals(new AssignedListener.Session(status.state(), message(status), holder, status.session()));
    }

    private static String message(SessionStatus status) {
        return LogText.cut(LogText.visible(status.message()), LONGEST_MESSAGE);
    }
}
