package io.github.arc4j.simulator.service.state;

import io.github.arc4j.simulator.RunnerExit;
import io.github.arc4j.simulator.RunnerView;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** A registered runner. Guarded by the monitor. */
public final class Runner {
    private final long id;
    private final String name;
    private final String secret;
    private final ScaleSet scaleSet;
    private final Condition changed;
    private final Instant registeredAt = Instant.now();
    private boolean online;
    private boolean hung;
    private @Nullable Instant lastConnectedAt;
    private @Nullable Job job;
    private @Nullable RunnerExit exit;

    public Runner(long id, String name, String secret, ScaleSet scaleSet, Condition changed) {
        this.id = id;
        this.name = name;
        this.secret = secret;
        this.scaleSet = scaleSet;
        this.changed = changed;
    }

    public long id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String secret() {
        return secret;
    }

    public ScaleSet scaleSet() {
        return scaleSet;
    }

    /** Condition that is signalled when the runner gets a job and when its process ends. */
    public Condition changed() {
        return changed;
    }

    public boolean online() {
        return online;
    }

    public @Nullable Job job() {
        return job;
    }

    /** Whether the process hangs, so that only {@link #stop} ends it. */
    public boolean hung() {
        return hung;
    }

    /** How the process ended; null if it has not, even if the runner is no longer registered. */
    public @Nullable RunnerExit exit() {
        return exit;
    }

    public void connect() {
        online = true;
        hung = false;
        lastConnectedAt = Instant.now();
    }

    public void disconnect() {
        online = false;
    }

    public void take(Job work) {
        job = work;
        changed.signalAll();
    }

    public void hang() {
        hung = true;
    }

    /** Ends the process unless it hangs. */
    public void end(RunnerExit how) {
        if (!hung) {
            stop(how);
        }
    }

    /** Ends the process if it has not ended. */
    public void stop(RunnerExit how) {
        if (exit == null) {
            exit = how;
            changed.signalAll();
        }
    }

    public RunnerView view() {
        return new RunnerView(
                id,
                name,
                scaleSet.id(),
                scaleSet.name(),
                online,
                job != null,
                job == null ? 0 : job.id(),
                registeredAt,
                lastConnectedAt);
    }
}
