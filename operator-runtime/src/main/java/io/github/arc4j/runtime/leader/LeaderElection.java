package io.github.arc4j.runtime.leader;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leader election with a Kubernetes Lease, compatible with client-go. Timestamps of other processes are never compared
 * with the local clock: a Lease is free if this process has observed no renewal for the Lease's duration. A standby
 * reads the Lease twice per retry period, and when it expires.
 *
 * <p>A renewal is one request, because the leader knows the Lease's version. The renewal deadline holds even if a
 * request hangs. Every write contains the version that it replaces, so two processes can never both succeed.
 */
public final class LeaderElection {
    private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);
    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final String identity;
    private final LeaseTiming timing;
    private final EventRecorder events;

    private volatile @Nullable ObservedLease observed;

    /** When the request that acquired the Lease began. */
    private volatile long acquired;

    /** The Lease as this process acquired it. */
    private volatile @Nullable Lease taken;

    private @Nullable Thread renewal;

    /**
     * @param identity identifies this candidate. A process takes a Lease with its own identity immediately, so no two
     *     processes may have the same one at a time
     * @param events records changes of the leader on the Lease, as client-go does
     */
    public LeaderElection(
            KubernetesClient client,
            String namespace,
            String name,
            String identity,
            LeaseTiming timing,
            EventRecorder events) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
        this.timing = timing;
        this.events = events;
    }

    public String lease() {
        return name;
    }

    /** Waits until this process holds the Lease. {@link #hold} must follow immediately. */
    public void acquire() throws InterruptedException {
        log.info("Attempting to acquire leader lease {}/{}...", namespace, name);
        for (Optional<Duration> pause = tryAcquire(); pause.isPresent(); pause = tryAcquire()) {
            Thread.sleep(pause.get());
        }
        log.info("Successfully acquired lease {}/{} as {}", namespace, name, identity);
        recordEvent("became leader");
    }

    /**
     * Starts to renew the Lease.
     *
     * @param lost called once if the Lease cannot be renewed in time or another process has acquired it
     */
    public synchronized void hold(Runnable lost) {
        renewal = Thread.ofVirtual().name("lease").start(() -> {
            try {
                renewUntilLost();
            } catch (InterruptedException e) {
                return;
            }
            recordEvent("stopped leading");
            lost.run();
        });
    }

    /** Releases the Lease, if held, so that a standby can take over immediately. Best effort, with a short timeout. */
    public synchronized void release() throws InterruptedException {
        Thread renewing = renewal;
        if (renewing == null) {
            return;
        }
        renewal = null;
        renewing.interrupt();
        renewing.join(RELEASE_TIMEOUT);
        try {
            ObservedLease held = observed;
            if (held != null && within(RELEASE_TIMEOUT, () -> releaseHeld(held.lease()))) {
                log.info("Released lease {}/{}", namespace, name);
                recordEvent("stopped leading");
            }
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Could not release the lease; a standby takes over when it expires: {}", reason(e));
        }
    }

    /**
     * Releases the Lease; returns whether it was held. Retries on conflicts, because the interrupted renewal may still
     * take effect.
     */
    private boolean releaseHeld(@Nullable Lease held) {
        while (held != null && isMine(held)) {
            try {
                replace(LeaseRecord.released(held));
                return true;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HTTP_CONFLICT) {
                    throw e;
                }
                held = read();
            }
        }
        return false;
    }

    private void recordEvent(String change) {
        ObservedLease last = observed;
        if (last != null) {
            events.normal(last.lease(), "LeaderElection", identity + " " + change);
        }
    }

    /** Tries to acquire the Lease; returns the pause before the next attempt, or nothing after a success. */
    private Optional<Duration> tryAcquire() throws InterruptedException {
        try {
            Lease lease = within(timing.renewDeadline(), this::read);
            if (lease == null) {
                Lease fresh = LeaseRecord.fresh(namespace, name, identity, timing.lease());
                acquireBy(() -> client.resource(fresh).create());
                return Optional.empty();
            }
            Duration untilFree = observe(lease).untilFree(identity, timing.lease(), System.nanoTime());
            if (untilFree.isPositive()) {
                Duration pause = timing.standbyPause();
                return Optional.of(untilFree.compareTo(pause) < 0 ? untilFree : pause);
            }
            Lease mine = LeaseRecord.takenBy(lease, identity, timing.lease());
            acquireBy(() -> replace(mine));
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            // A conflict means that another candidate was faster.
            if (!isConflict(e)) {
                log.warn("Cannot acquire the lease: {}", reason(e));
            }
            return Optional.of(timing.retry());
        }
    }

    private void acquireBy(Callable<Lease> write) throws InterruptedException, ExecutionException, TimeoutException {
        long begun = System.nanoTime();
        taken = observe(within(timing.renewDeadline(), write)).lease();
        acquired = begun;
    }

    private void renewUntilLost() throws InterruptedException {
        RenewalSchedule schedule = new RenewalSchedule(timing, acquired);
        while (true) {
            Thread.sleep(schedule.untilAttempt(System.nanoTime()));
            long begun = System.nanoTime();
            if (schedule.isOver(begun)) {
                log.error("Could not renew the lease {}/{} in time", namespace, name);
                return;
            }
            schedule.attempted(begun, tryRenew(schedule.attemptTimeout(begun)));
            ObservedLease last = observed;
            if (last != null && !isMine(last.lease())) {
                log.error("Lost the lease {}/{} to {}", namespace, name, last.holder());
                return;
            }
        }
    }

    private boolean tryRenew(Duration timeout) throws InterruptedException {
        ObservedLease held = observed;
        if (held == null) {
            return false;
        }
        try {
            Renewal result = within(timeout, () -> renew(held.lease()));
            observed = result.lease() == null ? null : observe(result.lease());
            return result.successful();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Cannot renew the lease: {}", reason(e));
            return false;
        }
    }

    /** The result of an attempt to renew the Lease: its current state. */
    private record Renewal(@Nullable Lease lease, boolean successful) {}

    private Renewal renew(Lease held) {
        try {
            return new Renewal(replace(LeaseRecord.renewed(held)), true);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HTTP_CONFLICT) {
                throw e;
            }
            // Another process has taken the Lease, or an earlier attempt took effect although it failed.
            return new Renewal(read(), false);
        }
    }

    private ObservedLease observe(Lease lease) {
        ObservedLease now = ObservedLease.after(observed, lease, System.nanoTime());
        observed = now;
        return now;
    }

    /** Whether this process holds the Lease, and not another one with the same identity that has taken it since. */
    private boolean isMine(Lease lease) {
        Lease mine = taken;
        return mine != null && LeaseRecord.isSameTerm(lease, mine);
    }

    private @Nullable Lease read() {
        return client.resources(Lease.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private Lease replace(Lease lease) {
        return client.resource(lease).update();
    }

    private static <V extends @Nullable Object> V within(Duration timeout, Callable<V> request)
            throws InterruptedException, ExecutionException, TimeoutException {
        FutureTask<V> task = new FutureTask<>(request);
        Thread.startVirtualThread(task);
        try {
            return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            task.cancel(true);
        }
    }

    private static boolean isConflict(Exception e) {
        return e.getCause() instanceof KubernetesClientException rejected && rejected.getCode() == HTTP_CONFLICT;
    }

    private static String reason(Exception e) {
        return e instanceof TimeoutException ? "no response in time" : String.valueOf(e.getCause());
    }
}
