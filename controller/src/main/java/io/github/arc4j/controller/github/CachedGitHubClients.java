package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.controller.github.ClientFactory.Ingredients;
import io.github.arc4j.controller.github.credentials.BoundedClients;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.sources.Sources;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caches one client for each {@link GitHubAccess} while it is in use. Credentials, proxy and certificates are read
 * again when they have changed, after failures, and periodically where changes cannot be watched; if they differ, a new
 * client replaces the old one, which is closed when its calls in flight have ended. {@link ClientTurnover} limits how
 * often this happens.
 */
public final class CachedGitHubClients implements GitHubClients, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CachedGitHubClients.class);

    static final Duration CHECK_PERIOD = Duration.ofSeconds(30);
    /** Vaults cannot be watched, and they limit the number of requests. */
    private static final Duration VAULT_PERIOD = Duration.ofMinutes(5);
    /** Retry delay of reconciles while another one reads the credentials for the first time; a vault may be slow. */
    private static final Duration READING_DELAY = Duration.ofSeconds(1);

    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);
    /** How long calls in flight may keep a client open that is not used any more. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofMinutes(1);

    private static final Duration CLOSE_CHECK_PERIOD = Duration.ofSeconds(1);

    /** A scale set has one client before it is registered, and another one afterwards. */
    private static final int CLIENTS_PER_SCALE_SET = 3;

    private static final int SPARE_CLIENTS = 20;

    private final ClientFactory factory;
    private final Sources sources;
    private final GitHubMetrics metrics;
    private final Clock clock;
    private final RateLimits limits;
    private final ScheduledThreadPoolExecutor timer;
    private final ClientTurnover turnover;
    private final BoundedClients<GitHubAccess, Entry> clients;

    /** @param scaleSets the number of scale sets in a namespace */
    public CachedGitHubClients(
            ClientFactory factory,
            Sources sources,
            ToIntFunction<String> scaleSets,
            GitHubMetrics metrics,
            Clock clock) {
        this.factory = factory;
        this.sources = sources;
        this.metrics = metrics;
        this.clock = clock;
        this.limits = new RateLimits(clock);
        ToIntFunction<String> limit =
                namespace -> SPARE_CLIENTS + CLIENTS_PER_SCALE_SET * scaleSets.applyAsInt(namespace);
        this.turnover = new ClientTurnover(limit, clock);
        this.clients = new BoundedClients<>(Entry::new, Entry::close, limit, clock);
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("github-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        timer.scheduleWithFixedDelay(
                () -> clients.closeIdle(IDLE_TIMEOUT),
                IDLE_TIMEOUT.toSeconds(),
                IDLE_TIMEOUT.toSeconds() / 2,
                TimeUnit.SECONDS);
    }

    @Override
    public ScaleSetApi client(GitHubAccess access) throws GitHubAccessException {
        return clients.get(access.namespace(), access).client();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        clients.close();
    }

    private final class Entry {
        private final GitHubAccess access;
        private final ReentrantLock lock = new ReentrantLock();
        private final AccessBackoff backoff = new AccessBackoff(clock);
        private @Nullable Ingredients ingredients;
        private volatile @Nullable Guarded guarded;
        private volatile Sources.@Nullable Stamp stamp;
        private volatile boolean isClosed;

        private record Guarded(ActionsClient client, CallGuard guard, ScaleSetApi api) {}

        Entry(GitHubAccess access) {
            this.access = access;
        }

        ScaleSetApi client() throws GitHubAccessException {
            Guarded current = guarded;
            if (current != null && !hasChanged()) {
                Duration delay = current.guard().delay();
                if (delay.isPositive()) {
                    throw GitHubAccessException.waiting("backing off after failed requests to GitHub", delay);
                }
                if (isCurrent()) {
                    return current.api();
                }
            }
            if (!lock.tryLock()) {
                if (current != null) {
                    return current.api(); // another thread is checking
                }
                throw GitHubAccessException.waiting("the credentials are being read", READING_DELAY);
            }
            try {
                current = guarded;
                return (current != null && isCurrent() ? current : check()).api();
            } finally {
                lock.unlock();
                if (isClosed) {
                    retireUnlessLocked();
                }
            }
        }

        private boolean hasChanged() {
            Sources.Stamp last = stamp;
            return last != null && sources.hasChanged(last);
        }

        private boolean isCurrent() {
            Sources.Stamp last = stamp;
            return last != null && sources.isCurrent(last, CHECK_PERIOD) && !isVaultDue(last) && !backoff.isFailing();
        }

        private boolean isVaultDue(Sources.Stamp last) {
            return VaultReader.used(access.vault()) != null
                    && last.at().plus(VAULT_PERIOD).isBefore(clock.instant());
        }

        private Guarded check() throws GitHubAccessException {
            if (isClosed) {
                throw GitHubAccessException.waiting("the client was just closed", READING_DELAY);
            }
            turnover.check(access.namespace());
            Sources.Stamp newStamp = sources.stamp(factory.sources(access));
            Ingredients fresh;
            try {
                fresh = factory.read(access);
            } catch (GitHubAccessException e) {
                Guarded current = guarded;
                if (current != null && !backoff.isFailing()) {
                    stamp = newStamp; // the current client still works
                    return current;
                }
                throw e;
            }
            Guarded result = guarded;
            if (result == null || !fresh.equals(ingredients)) {
                turnover.build(access.namespace());
                ActionsClient built = factory.build(access, fresh);
                if (result != null) {
                    log.info(
                            "Credentials, proxy or certificates for {} have changed and are used now",
                            ClientFactory.url(access));
                    retire(result);
                }
                ingredients = fresh;
                backoff.succeeded();
                String host = String.valueOf(ClientFactory.url(access).uri().getAuthority());
                CallGuard guard = new CallGuard(backoff, limits, fresh.fingerprint(host), timer, metrics);
                result = new Guarded(built, guard, new GuardedScaleSetApi(built, guard));
                guarded = result;
            }
            stamp = newStamp;
            return result;
        }

        /** Does not wait: the thread that reads the credentials, for example from a slow vault, retires the client. */
        void close() {
            isClosed = true;
            retireUnlessLocked();
        }

        private void retireUnlessLocked() {
            if (lock.tryLock()) {
                try {
                    Guarded current = guarded;
                    if (current != null) {
                        retire(current);
                    }
                    guarded = null;
                } finally {
                    lock.unlock();
                }
            }
        }

        private void retire(Guarded old) {
            turnover.retired(access.namespace());
            closeWhenIdle(old, clock.instant().plus(CLOSE_TIMEOUT));
        }

        private void close(Guarded old) {
            old.client().close();
            turnover.closed(access.namespace());
        }

        /** On another thread: the timer serves all clients. */
        private void closeWhenIdle(Guarded old, Instant deadline) {
            if (old.guard().endIfIdle() || !clock.instant().isBefore(deadline) || timer.isShutdown()) {
                Thread.ofVirtual().name("close-github-client").start(() -> close(old));
            } else {
                timer.schedule(
                        () -> closeWhenIdle(old, deadline), CLOSE_CHECK_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}
