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
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The client of one config URL. It registers with GitHub on the first call, keeps the token and renews it before it
 * ends, or when it is refused, once for all threads. Calls run concurrently without waiting for each other.
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
     * A builder.
     *
     * @param url where runners register
     * @param credentials asked again whenever a new token is needed
     */
    public static Builder builder(ConfigUrl url, CredentialsSource credentials) {
        return new Builder(url, credentials);
    }

    /**
     * The same calls, with this client's connections and token, under another user agent: for the calls that are about
     * another scale set. It works until this client is closed.
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

    /**
     * Ends the connections, calls under way included (on Java 17 to 20 when the client becomes unreachable). Shared
     * connections end with the last client that uses them; until then an interrupt ends a call.
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

        /** Sets who calls. */
        public Builder userAgent(UserAgent userAgent) {
            this.userAgent = userAgent;
            return this;
        }

        /**
         * Sets the proxies; default none. For a proxy with credentials and {@code https} targets, Java must be told to
         * allow Basic authentication by {@code -Djdk.http.auth.tunneling.disabledSchemes=}. If that property is unset,
         * the client sets it, which has an effect only before Java's HTTP client is first used in the process. Where that
         * was too late, the error of a proxy's 407 and the log say so.
         */
        public Builder proxy(ProxySettings proxy) {
            this.proxy = proxy;
            return this;
        }

        /** Sets the TLS context; default one that trusts the system's certificate authorities. */
        public Builder trust(SSLContext sslContext) {
            this.trust = sslContext;
            this.rootCertificates = "";
            return this;
        }

        /**
         * Trusts certificates beside those of the system.
         *
         * @param rootCertificates one or more in PEM
         * @throws IllegalArgumentException if there is none that can be read
         */
        public Builder trust(String rootCertificates) {
            Trust.check(rootCertificates);
            this.trust = null;
            this.rootCertificates = rootCertificates;
            return this;
        }

        /** Sets whom the system trusts, unless a TLS context is set; default whom the JDK trusts. */
        public Builder systemCertificates(SystemCertificates system) {
            this.system = system;
            return this;
        }

        /** Sets whom connections are shared with; default nobody. */
        public Builder connections(HttpConnections connections) {
            this.connections = connections;
            return this;
        }

        /** Sets the time limits. */
        public Builder timeouts(Timeouts timeouts) {
            this.timeouts = timeouts;
            return this;
        }

        /** Sets how failed calls are repeated. */
        public Builder retry(RetrySettings retry) {
            this.retry = retry;
            return this;
        }

        /**
         * Lets calls to a host that keeps failing end at once in {@link CircuitOpenException}, for a while; default not.
         */
        public Builder circuitBreaker(CircuitBreakerSettings circuitBreaker) {
            this.circuitBreaker = circuitBreaker;
            return this;
        }

        /** Sets who is told about exchanges. */
        public Builder metrics(ClientMetrics metrics) {
            this.metrics = metrics;
            return this;
        }

        /**
         * Sets the size of the largest answer that is read, in bytes; default 16 MiB.
         *
         * @throws IllegalArgumentException if it is not positive
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

        /** Builds the client; nothing is sent yet. */
        public ActionsClient build() {
            return new ActionsClient(this);
        }
    }
}
