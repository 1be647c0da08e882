package io.github.arc4j.controller.runtime.leader;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.runtime.EventRecorder;
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
 * Holds a Kubernetes lease as client-go does, and works together with processes that use client-go. Times of other
 * processes are never compared with the own clock: a lease is free if nobody renewed it for its duration while this
 * process looked on.
 *
 * <p>A renewal is one request, since the leader knows the lease's version. The deadline for renewals holds even if a
 * request hangs. Every write carries the version that it replaces, so two processes can never both succeed.
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

    /** The lease as it was when it was seen last. */
    private volatile @Nullable Lease observed;

    private long observedAt;
    private @Nullable Thread renewal;

    /**
     * @param namespace where the lease is
     * @param name the lease's name
     * @param identity tells the candidates apart; see {@link #newIdentity}
     */
    public LeaderElection(KubernetesClient client, String namespace, String name, String identity, LeaseTiming timing) {
        this(client, namespace, name, identity, timing, (object, type, reason, message) -> {});
    }

    /** @param events told on the lease who leads, as client-go does */
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

    /** {@code <host name>_<random UUID>}, as controller-runtime makes them. */
    public static String newIdentity() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown";
        }
        return host + "_" + UUID.randomUUID();
    }

    /** The name of the lease. */
    public String lease() {
        return name;
    }

    public String identity() {
        return identity;
    }

    /** Waits until this process holds the lease. {@link #hold} must follow at once. */
    public void acquire() throws InterruptedException {
        log.info("Attempting to acquire leader lease {}/{}...", namespace, name);
        while (!tryAcquire()) {
            // Spread the candidates: up to 2.2 times the period, as client-go.
            double factor = 1 + 1.2 * ThreadLocalRandom.current().nextDouble();
            Thread.sleep(Duration.ofNanos((long) (timing.retry().toNanos() * factor)));
        }
        log.info("Successfully acquired lease {}/{} as {}", namespace, name, identity);
        tell("became leader");
    }

    /**
     * Renews the lease from now on.
     *
     * @param lost is run once if it cannot be renewed in time or somebody else took it
     */
    public synchronized void hold(Runnable lost) {
        renewal = Thread.ofVirtual().name("lease").start(() -> {
            try {
                renewUntilLost();
            } catch (InterruptedException e) {
                return;
            }
            tell("stopped leading");
            lost.run();
        });
    }

    /** Gives the lease back, if it is held, so that a standby need not wait. Best effort, and soon over. */
    public synchronized void release() throws InterruptedException {
        Thread renewing = renewal;
        if (renewing == null) {
            return;
        }
        renewal = null;
        renewing.interrupt();
        renewing.join(RELEASE_TIMEOUT);
        try {
            if (within(RELEASE_TIMEOUT, () -> giveBack(observed))) {
                log.info("Released lease {}/{}", namespace, name);
                tell("stopped leading");
            }
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Could not release the lease; a standby takes over when it expires: {}", reason(e));
        }
    }

    /** Whether the lease was there to give back. The renewal that was ended may have had its effect, or have it now. */
    private boolean giveBack(@Nullable Lease held) {
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

    private void tell(String news) {
        Lease lease = observed;
        if (lease != null) {
            events.normal(lease, "LeaderElection", identity + " " + news);
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
            // A conflict means that another candidate was quicker.
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
            // Half of what is left, so that there is a second chance after a request that hangs.
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
        Lease before = observed;
        String version = lease == null ? null : lease.getMetadata().getResourceVersion();
        if (before == null || !Objects.equals(before.getMetadata().getResourceVersion(), version)) {
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
        return e instanceof TimeoutException ? "no answer in time" : String.valueOf(e.getCause());
    }
}
