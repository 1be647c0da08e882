package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ClientMetrics;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.InvalidConfigUrlException;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.controller.sources.Sources;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One client for each access, kept as long as it is used. Credentials, proxy and certificates are read again when they
 * have changed, after failures, and, where changes can't be watched, from time to time; a new client then replaces the
 * old one.
 */
public final class CachedGitHubClients implements GitHubClients, AutoCloseable {
    static final Duration CHECK_PERIOD = Duration.ofSeconds(30);
    /** Vaults can't be watched, and count requests. */
    private static final Duration VAULT_PERIOD = Duration.ofMinutes(5);

    private static final Duration IDLE_LIMIT = Duration.ofMinutes(10);
    private static final Duration CLOSE_DELAY = Duration.ofMinutes(1);

    private final SecretReader secrets;
    private final AccessCredentials credentials;
    private final Sources sources;
    private final UserAgent userAgent;
    private final Map<String, String> environment;
    private final ClientMetrics metrics;
    private final Clock clock;
    private final Map<GitHubAccess, Entry> entries = new ConcurrentHashMap<>();

    /**
     * @param userAgent of the controller; each client adds its scale set
     * @param environment for the proxies of objects that name none
     */
    public CachedGitHubClients(
            SecretReader secrets,
            AccessCredentials credentials,
            Sources sources,
            UserAgent userAgent,
            Map<String, String> environment,
            ClientMetrics metrics,
            Clock clock) {
        this.secrets = secrets;
        this.credentials = credentials;
        this.sources = sources;
        this.userAgent = userAgent;
        this.environment = Map.copyOf(environment);
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public ScaleSetApi client(GitHubAccess access) throws GitHubAccessException {
        Entry entry = entries.get(access);
        if (entry == null) {
            removeIdle();
            entry = entries.computeIfAbsent(access, Entry::new);
        }
        return entry.client();
    }

    @Override
    public void close() {
        entries.values().forEach(Entry::close);
        entries.clear();
    }

    private void removeIdle() {
        Instant limit = clock.instant().minus(IDLE_LIMIT);
        entries.forEach((access, entry) -> {
            if (entry.lastUse.isBefore(limit) && entries.remove(access, entry)) {
                entry.close();
            }
        });
    }

    /** What a client is made of. */
    private record Ingredients(Credentials credentials, ProxySettings proxy, String rootCertificates) {}

    private Ingredients read(GitHubAccess access) throws GitHubAccessException {
        return new Ingredients(credentials.of(access), proxy(access), rootCertificates(access));
    }

    private ProxySettings proxy(GitHubAccess access) throws GitHubAccessException {
        return access.proxy() == null
                ? ProxySettings.fromEnvironment(environment)
                : ProxyResolver.settings("spec.proxy", credentials.proxyUrls(access, access.proxy()));
    }

    private String rootCertificates(GitHubAccess access) throws GitHubAccessException {
        TlsConfig tls = access.tls();
        if (tls == null) {
            return "";
        }
        ConfigMapKeyRef reference =
                tls.certificateFrom() == null ? null : tls.certificateFrom().configMapKeyRef();
        if (reference == null) {
            throw new GitHubAccessException(
                    "InvalidTLS", "spec.githubServerTLS.certificateFrom.configMapKeyRef is missing: name a ConfigMap");
        }
        return secrets.configMapEntry(
                access.namespace(), reference.name(), reference.key(), "the certificates of the GitHub server");
    }

    private ActionsClient build(GitHubAccess access, Ingredients ingredients) throws GitHubAccessException {
        try {
            ActionsClient.Builder builder = ActionsClient.builder(
                            ConfigUrl.parse(access.configUrl()), ingredients::credentials)
                    .userAgent(userAgent.withScaleSetId(access.scaleSetId()))
                    .proxy(ingredients.proxy())
                    .metrics(metrics);
            return ingredients.rootCertificates().isEmpty()
                    ? builder.build()
                    : builder.trust(ingredients.rootCertificates()).build();
        } catch (InvalidConfigUrlException e) {
            throw new GitHubAccessException("InvalidConfigUrl", "spec.githubConfigUrl: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new GitHubAccessException("InvalidTLS", "spec.githubServerTLS: " + e.getMessage(), e);
        }
    }

    /** The client of one access. */
    private final class Entry {
        private final GitHubAccess access;
        private final ReentrantLock lock = new ReentrantLock();
        private final GitHubHealth health = new GitHubHealth(clock);
        private @Nullable Ingredients ingredients;
        private @Nullable ActionsClient client;
        private volatile @Nullable ScaleSetApi guarded;
        private volatile Sources.@Nullable Stamp stamp;
        private volatile Instant lastUse;

        Entry(GitHubAccess access) {
            this.access = access;
            this.lastUse = clock.instant();
        }

        ScaleSetApi client() throws GitHubAccessException {
            lastUse = clock.instant();
            if (!hasChanged()) {
                health.throwIfBackingOff();
            }
            ScaleSetApi current = guarded;
            if (current != null && (isCurrent() || lock.isLocked())) {
                return current; // or somebody is checking
            }
            lock.lock();
            try {
                current = guarded;
                return current != null && isCurrent() ? current : check();
            } finally {
                lock.unlock();
            }
        }

        private boolean hasChanged() {
            Sources.Stamp last = stamp;
            return last != null && sources.hasChanged(last);
        }

        private boolean isCurrent() {
            Sources.Stamp last = stamp;
            return last != null && sources.isCurrent(last, CHECK_PERIOD) && !vaultIsDue(last) && !health.isFailing();
        }

        private boolean vaultIsDue(Sources.Stamp last) {
            return VaultReader.used(access.vault()) != null
                    && last.at().plus(VAULT_PERIOD).isBefore(clock.instant());
        }

        private ScaleSetApi check() throws GitHubAccessException {
            Sources.Stamp before = sources.stamp(access.sources());
            Ingredients fresh;
            try {
                fresh = read(access);
            } catch (GitHubAccessException e) {
                ScaleSetApi current = guarded;
                if (current != null && !health.isFailing()) {
                    stamp = before; // what we have still works
                    return current;
                }
                throw e;
            }
            ScaleSetApi result = guarded;
            if (result == null || !fresh.equals(ingredients)) {
                ActionsClient built = build(access, fresh);
                closeLater(client);
                client = built;
                ingredients = fresh;
                health.reset();
                result = new GuardedScaleSetApi(built, health);
                guarded = result;
            }
            stamp = before;
            return result;
        }

        void close() {
            lock.lock();
            try {
                closeLater(client);
                client = null;
                guarded = null;
            } finally {
                lock.unlock();
            }
        }

        /** Calls under way may finish. */
        private void closeLater(@Nullable ActionsClient old) {
            if (old != null) {
                Thread.ofVirtual().name("close-github-client").start(() -> {
                    try {
                        Thread.sleep(CLOSE_DELAY);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    old.close();
                });
            }
        }
    }
}
