package io.github.arc4j.controller.runtime.leader;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.runtime.events.EventRecorder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leader election with a Kubernetes Lease, compatible with client-go. Timestamps of other processes are never compared
 * with the local clock: a Lease is free if this process has observed no renewal for the Lease's duration.
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

    /** The last observed state of the Lease. */
    private volatile @Nullable Lease observed;

    private long observedAt;
    private @Nullable Thread renewal;

    /**
     * @param namespace the Lease's namespace
     * @param name the Lease's name
     * @param identity identifies this candidate; see {@link #newIdentity}
     */
    public LeaderElection(KubernetesClient client, String namespace, String name, String identity, LeaseTiming timing) {
        this(client, namespace, name, identity, timing, (object, type, reason, message) -> {});
    }

    /** @param events records changes of the leader on the Lease, as client-go does */
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

    /** {@code <host name>_<random UUID>}, as in controller-runtime. */
    public static String newIdentity() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown";
        }
        return host + "_" + UUID.randomUUID();
    }

    /** The name of the Lease. */
    public String lease() {
        return name;
    }

    public String identity() {
        return identity;
    }

    /** Waits until this process holds the Lease. {@link #hold} must follow immediately. */
    public void acquire() throws InterruptedException {
        log.info("Attempting to acquire leader lease {}/{}...", namespace, name);
        while (!tryAcquire()) {
            // Jitter: up to 2.2 times the period, as in client-go.
            double factor = 1 + 1.2 * ThreadLocalRandom.current().nextDouble();
            Thread.sleep(Duration.ofNanos((long) (timing.retry().toNanos() * factor)));
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
            if (within(RELEASE_TIMEOUT, () -> releaseHeld(observed))) {
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
        Lease lease = observed;
        if (lease != null) {
            events.normal(lease, "LeaderElection", identity + " " + change);
        }
    }

    private boolean tryAcquire() throws InterruptedException {
        try {
            Lease lease = within(timing.renewDeadline(), this::read);
            observe(lease);
            if (lease == null) {
                Lease fresh = LeaseRecord.fresh(namespace, name, identity, timing.lease());
                observe(within(
                        timing.renewDeadline(), () -> client.resource(fresh).create()));
                return true;
            }
            if (!isFree(lease)) {
                return false;
            }
            Lease mine = LeaseRecord.takenBy(lease, identity, timing.lease());
            observe(within(timing.renewDeadline(), () -> replace(mine)));
            return true;
        } catch (ExecutionException | TimeoutException e) {
            // A conflict means that another candidate was faster.
            if (!isConflict(e)) {
                log.warn("Cannot acquire the lease: {}", reason(e));
            }
            return false;
        }
    }

    private boolean isFree(Lease lease) {
        Duration unchanged = Duration.ofNanos(System.nanoTime() - observedAt);
        return LeaseRecord.holder(lease).isEmpty()
                || isMine(lease)
                || unchanged.compareTo(LeaseRecord.duration(lease, timing.lease())) > 0;
    }

    private void renewUntilLost() throws InterruptedException {
        long deadline = System.nanoTime() + timing.renewDeadline().toNanos();
        while (true) {
            Thread.sleep(timing.retry());
            long begun = System.nanoTime();
            // Half of the remaining time, to allow a second attempt after a request that hangs.
            if (tryRenew(Duration.ofNanos((deadline - begun) / 2))) {
                deadline = begun + timing.renewDeadline().toNanos();
            } else if (observed != null && !isMine(observed)) {
                log.error("Lost the lease {}/{} to {}", namespace, name, LeaseRecord.holder(observed));
                return;
            }
            if (System.nanoTime() + timing.retry().toNanos() >= deadline) {
                log.error("Could not renew the lease {}/{} in time", namespace, name);
                return;
            }
        }
    }

    private boolean tryRenew(Duration timeout) throws InterruptedException {
        try {
            Lease held = observed;
            if (held == null) {
                return false;
            }
            try {
                observe(within(timeout, () -> replace(LeaseRecord.renewed(held))));
                return true;
            } catch (ExecutionException e) {
                if (!isConflict(e)) {
                    throw e;
                }
                observe(within(timeout, this::read));
                return false;
            }
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Cannot renew the lease: {}", reason(e));
            return false;
        }
    }

    private void observe(@Nullable Lease lease) {
        Lease previous = observed;
        String version = lease == null ? null : lease.getMetadata().getResourceVersion();
        if (previous == null || !Objects.equals(previous.getMetadata().getResourceVersion(), version)) {
            observedAt = System.nanoTime();
        }
        observed = lease;
    }

    private boolean isMine(Lease lease) {
        return LeaseRecord.holder(lease).equals(identity);
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
        return e.getCause() instanceof KubernetesClientException refused && refused.getCode() == HTTP_CONFLICT;
    }

    private static String reason(Exception e) {
        return e instanceof TimeoutException ? "no response in time" : String.valueOf(e.getCause());
    }
}
