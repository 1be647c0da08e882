package io.github.arc4j.actions;

import io.github.arc4j.actions.internal.AdminConnection;
import io.github.arc4j.actions.internal.Caller;
import io.github.arc4j.actions.internal.Circuits;
import io.github.arc4j.actions.internal.ConnectionSettings;
import io.github.arc4j.actions.internal.ScaleSetCalls;
import io.github.arc4j.actions.internal.ServerClock;
import io.github.arc4j.actions.internal.Sleeper;
import io.github.arc4j.actions.internal.Transport;
import io.github.arc4j.actions.internal.Trust;
import io.github.arc4j.actions.internal.UserAgentText;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client for one config URL. The client registers with GitHub on the first call, caches the token, and renews it
 * before it expires or when GitHub rejects it; one renewal serves all threads. Calls run concurrently and don't block
 * each other.
 *
 * <pre>{@code
 * try (ActionsClient client = ActionsClient.builder(
 *                 ConfigUrl.parse("https://github.com/acme"), () -> new PersonalAccessToken(token))
 *         .build()) {
 *     RunnerGroup group = client.getRunnerGroup("default");
 *     RunnerScaleSet scaleSet = client.createScaleSet(RunnerScaleSet.builder()
 *             .name("fast-runners")
 *             .runnerGroupId(group.id())
 *             .build());
 * }
 * }</pre>
 */
public final class ActionsClient implements ScaleSetApi, AutoCloseable {
    private final Transport transport;
    private final Caller caller;
    private final AdminConnection admin;
    private final Timeouts timeouts;
    private final ScaleSetApi calls;

    private ActionsClient(Builder builder) {
        ServerClock clock = new ServerClock(builder.clock);
        timeouts = builder.timeouts;
        transport = builder.connections.pools().open(builder.connectionSettings(), builder.maxResponseBytes);
        Circuits circuits =
                builder.circuitBreaker == null ? null : new Circuits(builder.circuitBreaker, builder.metrics);
        caller = new Caller(transport, circuits, builder.retry, clock, builder.sleeper, builder.metrics);
        String userAgent = UserAgentText.of(builder.userAgent);
        admin = new AdminConnection(builder.url, builder.credentials, caller, clock, userAgent, timeouts.call());
        calls = new ScaleSetCalls(admin, caller, userAgent, timeouts);
    }

    /**
     * Creates a builder.
     *
     * @param url the URL under which runners register
     * @param credentials queried each time the client needs a new token
     */
    public static Builder builder(ConfigUrl url, CredentialsSource credentials) {
        return new Builder(url, credentials);
    }

    /**
     * Returns the same API over this client's connections and token, but with another user agent, for calls on behalf
     * of another scale set. The returned object works until this client is closed.
     */
    public ScaleSetApi withUserAgent(UserAgent userAgent) {
        return new ScaleSetCalls(admin, caller, UserAgentText.of(userAgent), timeouts);
    }

    @Override
    public RunnerGroup getRunnerGroup(String name) throws InterruptedException {
        return calls.getRunnerGroup(name);
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) throws InterruptedException {
        return calls.findScaleSet(runnerGroupId, name);
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) throws InterruptedException {
        return calls.getScaleSet(id);
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) throws InterruptedException {
        return calls.createScaleSet(scaleSet);
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) throws InterruptedException {
        return calls.updateScaleSet(id, changes);
    }

    @Override
    public void deleteScaleSet(int id) throws InterruptedException {
        calls.deleteScaleSet(id);
    }

    @Override
    public JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder)
            throws InterruptedException {
        return calls.generateJitConfig(scaleSetId, runnerName, workFolder);
    }

    @Override
    public Optional<Runner> getRunner(long id) throws InterruptedException {
        return calls.getRunner(id);
    }

    @Override
    public Optional<Runner> findRunner(String name) throws InterruptedException {
        return calls.findRunner(name);
    }

    @Override
    public void removeRunner(long id) throws InterruptedException {
        calls.removeRunner(id);
    }

    @Override
    public List<JobAvailable> acquirableJobs(int scaleSetId) throws InterruptedException {
        return calls.acquirableJobs(scaleSetId);
    }

    @Override
    public MessageSession openSession(int scaleSetId, String owner) throws InterruptedException {
        return calls.openSession(scaleSetId, owner);
    }

    @Override
    public void deleteSession(int scaleSetId, UUID session) throws InterruptedException {
        calls.deleteSession(scaleSetId, session);
    }

    /**
     * Closes the connections and aborts calls in flight (on Java 17 to 20, only when the client becomes unreachable).
     * Shared connections are closed with the last client that uses them; until then, only an interrupt aborts a call.
     */
    @Override
    public void close() {
        transport.close();
    }

    /** Builds clients. */
    public static final class Builder {
        private static final int DEFAULT_MAX_RESPONSE_BYTES = 16 << 20;

        private final ConfigUrl url;
        private final CredentialsSource credentials;
        private UserAgent userAgent = new UserAgent("arc4j", "unknown", "unknown", 0, "actions-client");
        private ProxySettings proxy = ProxySettings.NONE;
        private @Nullable SSLContext trust;
        private SystemCertificates system = SystemCertificates.JDK;
        private String rootCertificates = "";
        private HttpConnections connections = new HttpConnections();
        private Timeouts timeouts = Timeouts.DEFAULT;
        private RetrySettings retry = RetrySettings.DEFAULT;
        private @Nullable CircuitBreakerSettings circuitBreaker;
        private ClientMetrics metrics = ClientMetrics.NONE;
        private int maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES;
        private Clock clock = Clock.systemUTC();
        private Sleeper sleeper = Sleeper.REAL;

        private Builder(ConfigUrl url, CredentialsSource credentials) {
            this.url = url;
            this.credentials = credentials;
        }

        /** Sets the user agent, which identifies the caller. */
        public Builder userAgent(UserAgent userAgent) {
            this.userAgent = userAgent;
            return this;
        }

        /**
         * Sets the proxies; default none. For a proxy with credentials and {@code https} targets, Java must be
         * configured to allow Basic authentication with {@code -Djdk.http.auth.tunneling.disabledSchemes=}. If that
         * property is unset, the client sets it, which takes effect only before the first use of Java's HTTP client in
         * the process. If the client set it too late, the error for the proxy's 407 response and the log say so.
         */
        public Builder proxy(ProxySettings proxy) {
            this.proxy = proxy;
            return this;
        }

        /** Sets the TLS context; by default, a context that trusts the system's certificate authorities. */
        public Builder trust(SSLContext sslContext) {
            this.trust = sslContext;
            this.rootCertificates = "";
            return this;
        }

        /**
         * Trusts the given certificates in addition to those of the system.
         *
         * @param rootCertificates one or more certificates in PEM format
         * @throws IllegalArgumentException if no certificate can be read
         */
        public Builder trust(String rootCertificates) {
            Trust.check(rootCertificates);
            this.trust = null;
            this.rootCertificates = rootCertificates;
            return this;
        }

        /**
         * Sets the certificate authorities of the system, used unless a TLS context is set; default those of the JDK.
         */
        public Builder systemCertificates(SystemCertificates system) {
            this.system = system;
            return this;
        }

        /** Sets the connections to share with other clients; by default, connections are not shared. */
        public Builder connections(HttpConnections connections) {
            this.connections = connections;
            return this;
        }

        /** Sets the time limits. */
        public Builder timeouts(Timeouts timeouts) {
            this.timeouts = timeouts;
            return this;
        }

        /** Sets how failed calls are retried. */
        public Builder retry(RetrySettings retry) {
            this.retry = retry;
            return this;
        }

        /**
         * Enables circuit breakers: while a host keeps failing, calls to it fail immediately with
         * {@link CircuitOpenException}. Disabled by default.
         */
        public Builder circuitBreaker(CircuitBreakerSettings circuitBreaker) {
            this.circuitBreaker = circuitBreaker;
            return this;
        }

        /** Sets the listener that is notified of HTTP exchanges. */
        public Builder metrics(ClientMetrics metrics) {
            this.metrics = metrics;
            return this;
        }

        /**
         * Sets the maximum size of a response body, in bytes; default 16 MiB.
         *
         * @throws IllegalArgumentException if the size is not positive
         */
        public Builder maxResponseBytes(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("size limit out of range: " + bytes);
            }
            this.maxResponseBytes = bytes;
            return this;
        }

        private ConnectionSettings connectionSettings() {
            String host = String.valueOf(url.uri().getRawAuthority());
            return new ConnectionSettings(host, proxy, trust, system.roots(), rootCertificates, timeouts.connect());
        }

        Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        Builder sleeper(Sleeper sleeper) {
            this.sleeper = sleeper;
            return this;
        }

        /** Builds the client; sends no request. */
        public ActionsClient build() {
            return new ActionsClient(this);
        }
    }
}
