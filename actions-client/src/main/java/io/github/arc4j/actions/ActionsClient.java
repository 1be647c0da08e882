package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.CallNotPermittedException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.internal.auth.AdminConnection;
import io.github.arc4j.actions.internal.call.Caller;
import io.github.arc4j.actions.internal.call.Circuits;
import io.github.arc4j.actions.internal.call.ServerClock;
import io.github.arc4j.actions.internal.call.Sleeper;
import io.github.arc4j.actions.internal.http.ConnectionSettings;
import io.github.arc4j.actions.internal.http.Transport;
import io.github.arc4j.actions.internal.service.ScaleSetCalls;
import io.github.arc4j.actions.internal.service.UserAgentText;
import io.github.arc4j.actions.internal.tls.Trust;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
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
        transport = builder.connections
                .pools()
                .open(builder.connectionSettings(), builder.maxResponseBytes, builder.memory(), builder.http2);
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
     * @return a builder with the defaults
     */
    public static Builder builder(ConfigUrl url, CredentialsSource credentials) {
        return new Builder(url, credentials);
    }

    /**
     * {@return the same API over this client's connections and token, but with another user agent, for calls on behalf
     * of another scale set} The returned object works until this client is closed.
     *
     * @param userAgent the user agent
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
     * Later calls fail with a {@link ConnectionException} that is not retryable, so close message loops and sessions
     * first.
     */
    @Override
    public void close() {
        transport.close();
    }

    /** Builds clients. */
    public static final class Builder {
        private static final int DEFAULT_MAX_RESPONSE_BYTES = 16 << 20;

        /** How many bodies of the maximum size a client can receive at the same time by default. */
        private static final int LARGE_RESPONSES = 8;

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
        private @Nullable ResponseMemory responseMemory;
        private @Nullable Predicate<String> http2;
        private Clock clock = Clock.systemUTC();
        private Sleeper sleeper = Sleeper.REAL;

        private Builder(ConfigUrl url, CredentialsSource credentials) {
            this.url = Objects.requireNonNull(url, "url");
            this.credentials = Objects.requireNonNull(credentials, "credentials");
        }

        /**
         * Sets the user agent, which identifies the caller; default {@code arc4j} with an unknown version.
         *
         * @param userAgent the user agent
         * @return this builder
         */
        public Builder userAgent(UserAgent userAgent) {
            this.userAgent = Objects.requireNonNull(userAgent, "userAgent");
            return this;
        }

        /**
         * Sets the proxies; default none. For a proxy with credentials and {@code https} targets, Java must be
         * configured to allow Basic authentication with {@code -Djdk.http.auth.tunneling.disabledSchemes=}. If that
         * property is unset, {@link #build()} sets it, which takes effect only if the process has not created any
         * {@link java.net.http.HttpClient} yet; another {@code ActionsClient} creates one with its first call. If the
         * property was set too late, the error for the proxy's 407 response and the log say so.
         *
         * @param proxy the proxies by the scheme of the target
         * @return this builder
         */
        public Builder proxy(ProxySettings proxy) {
            this.proxy = Objects.requireNonNull(proxy, "proxy");
            return this;
        }

        /**
         * Sets the TLS context; by default, a context that trusts the system's certificate authorities.
         *
         * @param sslContext the TLS context
         * @return this builder
         */
        public Builder trust(SSLContext sslContext) {
            this.trust = Objects.requireNonNull(sslContext, "sslContext");
            this.rootCertificates = "";
            return this;
        }

        /**
         * Trusts the given certificates in addition to those of the system.
         *
         * @param rootCertificates one or more certificates in PEM format: at most 300, of at most 16 KiB each, in at
         *     most 512 KiB of text, with at most 30,000 values
         * @return this builder
         * @throws IllegalArgumentException if no certificate can be read, or a limit is exceeded
         */
        public Builder trust(String rootCertificates) {
            Trust.check(Objects.requireNonNull(rootCertificates, "rootCertificates"));
            this.trust = null;
            this.rootCertificates = rootCertificates;
            return this;
        }

        /**
         * Sets the certificate authorities of the system, used unless a TLS context is set; default those of the JDK.
         *
         * @param system the certificate authorities
         * @return this builder
         */
        public Builder systemCertificates(SystemCertificates system) {
            this.system = Objects.requireNonNull(system, "system");
            return this;
        }

        /**
         * Sets the connections to share with other clients; by default, connections are not shared.
         *
         * @param connections the shared connections
         * @return this builder
         */
        public Builder connections(HttpConnections connections) {
            this.connections = Objects.requireNonNull(connections, "connections");
            return this;
        }

        /**
         * Sets the time limits; default {@link Timeouts#DEFAULT}.
         *
         * @param timeouts the time limits
         * @return this builder
         */
        public Builder timeouts(Timeouts timeouts) {
            this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
            return this;
        }

        /**
         * Sets how failed calls are retried; default {@link RetrySettings#DEFAULT}.
         *
         * @param retry the retries
         * @return this builder
         */
        public Builder retry(RetrySettings retry) {
            this.retry = Objects.requireNonNull(retry, "retry");
            return this;
        }

        /**
         * Enables circuit breakers, one for each host: while a host keeps failing, calls to it fail immediately with {@link
         * CallNotPermittedException}. Disabled by default.
         *
         * @param circuitBreaker when to reject calls
         * @return this builder
         */
        public Builder circuitBreaker(CircuitBreakerSettings circuitBreaker) {
            this.circuitBreaker = Objects.requireNonNull(circuitBreaker, "circuitBreaker");
            return this;
        }

        /**
         * Sets the listener that is notified of HTTP exchanges; default {@link ClientMetrics#NONE}.
         *
         * @param metrics the listener
         * @return this builder
         */
        public Builder metrics(ClientMetrics metrics) {
            this.metrics = Objects.requireNonNull(metrics, "metrics");
            return this;
        }

        /**
         * Sets the maximum size of a response body, in bytes; default 16 MiB.
         *
         * @param bytes the size in bytes
         * @return this builder
         * @throws IllegalArgumentException if the size is not positive
         */
        public Builder maxResponseBytes(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("size limit out of range: " + bytes);
            }
            this.maxResponseBytes = bytes;
            return this;
        }

        /**
         * Sets the memory for response bodies that are being received, to share it with other clients; by default, each
         * client has memory for eight bodies of the maximum size.
         *
         * @param memory the memory
         * @return this builder
         */
        public Builder responseMemory(ResponseMemory memory) {
            this.responseMemory = Objects.requireNonNull(memory, "memory");
            return this;
        }

        private ResponseMemory memory() {
            return responseMemory == null
                    ? ResponseMemory.of((long) LARGE_RESPONSES * maxResponseBytes)
                    : responseMemory;
        }

        /**
         * Sets the hosts with which HTTP/2 is used if they support it; by default, all. With the others, each concurrent
         * request has its own HTTP/1.1 connection. The JDK's HTTP/2 client queues replies to a server without a limit, so
         * a hostile server can use up the memory of the process: exclude servers that somebody else chooses.
         *
         * @param hosts tests the host of a URL
         * @return this builder
         */
        public Builder http2(Predicate<String> hosts) {
            this.http2 = Objects.requireNonNull(hosts, "hosts");
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

        /**
         * Builds the client; sends no request.
         *
         * @return the client
         */
        public ActionsClient build() {
            return new ActionsClient(this);
        }
    }
}
