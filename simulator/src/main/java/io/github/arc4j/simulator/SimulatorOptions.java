package io.github.arc4j.simulator;

import io.github.arc4j.simulator.faults.Faults;
import io.github.arc4j.simulator.faults.RunnerFault;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a simulator.
 *
 * @param host address to listen on
 * @param port 0: any free port
 * @param tls TLS context for HTTPS; null: HTTP
 * @param http2 number of requests after which each HTTP/2 connection is ended with GOAWAY; 0: HTTP/1.1 only
 * @param publicUrl base URL to return to clients; null: derived from the Host header of each call
 * @param tokens accepted personal access tokens
 * @param appId App ID or client ID accepted as issuer; null: any
 * @param installationId accepted installation; 0: any
 * @param appKey key that verifies App JWTs; null: any signature is accepted
 * @param runnerGroups runner groups in addition to {@code Default}
 * @param latency latency added to every call of the wire protocol
 * @param pollTimeout how long a poll waits before it returns 202
 * @param installationTokenLifetime lifetime of installation tokens
 * @param registrationTokenLifetime lifetime of registration tokens
 * @param registrationTokenDelay how long a new registration token is rejected, as GitHub does until the token has
 *     propagated to all servers
 * @param adminTokenLifetime lifetime of the Actions service's tokens
 * @param queueTokenLifetime lifetime of message queue tokens
 * @param refreshStatistics whether the response to refreshing a session has statistics, as the response to opening a
 *     session does
 * @param redeliver whether a message that is not deleted is delivered again regardless of {@code lastMessageId}
 * @param maxBatch elements per message
 * @param assignment whether jobs are offered and acquired, or assigned directly
 * @param assignDelay delay between acquired and assigned
 * @param reofferAfter when a job that was offered and not acquired is offered again
 * @param assignTimeout when a job that no runner took is canceled and requeued
 * @param requeueDelay delay before a canceled job is requeued, multiplied by the number of attempts so far
 * @param maxAttempts maximum number of attempts of a job that no runner takes
 * @param lostRunnerAfter how long a busy runner may be disconnected before its job fails
 * @param sessionTimeout when a session that is not polled expires
 * @param heartbeat interval of the empty lines that keep a runner call alive
 * @param badWorld seed of the faults that affect calls from the start; null: none
 * @param runnerFaults faults that affect runners from the start
 */
public record SimulatorOptions(
        String host,
        int port,
        @Nullable SSLContext tls,
        int http2,
        @Nullable String publicUrl,
        Set<String> tokens,
        @Nullable String appId,
        long installationId,
        @Nullable PublicKey appKey,
        List<String> runnerGroups,
        Duration latency,
        Duration pollTimeout,
        Duration installationTokenLifetime,
        Duration registrationTokenLifetime,
        Duration registrationTokenDelay,
        Duration adminTokenLifetime,
        Duration queueTokenLifetime,
        boolean refreshStatistics,
        boolean redeliver,
        int maxBatch,
        Assignment assignment,
        Duration assignDelay,
        Duration reofferAfter,
        Duration assignTimeout,
        Duration requeueDelay,
        int maxAttempts,
        Duration lostRunnerAfter,
        Duration sessionTimeout,
        Duration heartbeat,
        @Nullable Long badWorld,
        List<RunnerFault> runnerFaults) {

    /** Copies the collections. */
    public SimulatorOptions {
        runnerFaults = List.copyOf(runnerFaults);
        tokens = Set.copyOf(tokens);
        runnerGroups = List.copyOf(runnerGroups);
    }

    /** How a job is assigned to a scale set. */
    public enum Assignment {
        /** JobAvailable, then the listener acquires the job, then JobAssigned. */
        ACQUIRE,
        /** JobAssigned without an offer. */
        DIRECT
    }

    /** {@return the defaults: any free port of the loopback address, token {@code sim-pat}} */
    public static SimulatorOptions defaults() {
        return builder().build();
    }

    /** {@return a builder with the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String toString() {
        return "SimulatorOptions[host=" + host + ", port=" + port + ", publicUrl=" + publicUrl + "]";
    }

    /** Builder for the settings. */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port;
        private @Nullable SSLContext tls;
        private int http2;
        private @Nullable String publicUrl;
        private Set<String> tokens = Set.of("sim-pat");
        private @Nullable String appId;
        private long installationId;
        private @Nullable PublicKey appKey;
        private List<String> runnerGroups = List.of();
        private Duration latency = Duration.ZERO;
        private Duration pollTimeout = Duration.ofSeconds(50);
        private Duration installationTokenLifetime = Duration.ofHours(1);
        private Duration registrationTokenLifetime = Duration.ofHours(1);
        private Duration registrationTokenDelay = Duration.ZERO;
        private Duration adminTokenLifetime = Duration.ofHours(1);
        private Duration queueTokenLifetime = Duration.ofHours(1);
        private boolean refreshStatistics = true;
        private boolean redeliver;
        private int maxBatch = 50;
        private Assignment assignment = Assignment.ACQUIRE;
        private Duration assignDelay = Duration.ZERO;
        private Duration reofferAfter = Duration.ofSeconds(60);
        private Duration assignTimeout = Duration.ofMinutes(5);
        private Duration requeueDelay = Duration.ofSeconds(1);
        private int maxAttempts = 3;
        private Duration lostRunnerAfter = Duration.ofSeconds(5);
        private Duration sessionTimeout = Duration.ofMinutes(2);
        private Duration heartbeat = Duration.ofSeconds(1);
        private @Nullable Long badWorld;
        private List<RunnerFault> runnerFaults = List.of();

        private Builder() {}

        /**
         * Sets {@link SimulatorOptions#host()}; {@code 127.0.0.1} by default.
         *
         * @param value address to listen on
         * @return this builder
         */
        public Builder host(String value) {
            host = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#port()}; 0 by default.
         *
         * @param value 0: any free port
         * @return this builder
         */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#tls()}; null by default.
         *
         * @param value TLS context for HTTPS; null: HTTP
         * @return this builder
         */
        public Builder tls(@Nullable SSLContext value) {
            tls = value;
            return this;
        }

        /**
         * Also supports HTTP/2, as GitHub does, and ends each connection with GOAWAY, as servers do when they are
         * replaced. Requires {@link #tls}, and Jetty on the class path: {@code org.eclipse.jetty:jetty-http-spi},
         * {@code org.eclipse.jetty:jetty-alpn-java-server} and {@code org.eclipse.jetty.http2:jetty-http2-server}.
         *
         * @param requestsPerConnection number of requests that a connection serves; 0, the default: HTTP/1.1 only
         * @return this builder
         */
        public Builder http2(int requestsPerConnection) {
            http2 = requestsPerConnection;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#publicUrl()}; null by default.
         *
         * @param value base URL to return to clients; null: derived from the Host header of each call
         * @return this builder
         */
        public Builder publicUrl(@Nullable String value) {
            publicUrl = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#tokens()}; {@code sim-pat} by default.
         *
         * @param value accepted personal access tokens
         * @return this builder
         */
        public Builder tokens(Set<String> value) {
            tokens = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#appId()}; null by default.
         *
         * @param value App ID or client ID accepted as issuer; null: any
         * @return this builder
         */
        public Builder appId(@Nullable String value) {
            appId = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#installationId()}; 0 by default.
         *
         * @param value accepted installation; 0: any
         * @return this builder
         */
        public Builder installationId(long value) {
            installationId = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#appKey()}; null by default.
         *
         * @param value key that verifies App JWTs; null: any signature is accepted
         * @return this builder
         */
        public Builder appKey(@Nullable PublicKey value) {
            appKey = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#runnerGroups()}; none by default.
         *
         * @param value runner groups in addition to {@code Default}
         * @return this builder
         */
        public Builder runnerGroups(List<String> value) {
            runnerGroups = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#latency()}; 0 by default.
         *
         * @param value latency added to every call of the wire protocol
         * @return this builder
         */
        public Builder latency(Duration value) {
            latency = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#pollTimeout()}; 50 seconds by default.
         *
         * @param value how long a poll waits before it returns 202
         * @return this builder
         */
        public Builder pollTimeout(Duration value) {
            pollTimeout = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#installationTokenLifetime()}; 1 hour by default.
         *
         * @param value lifetime of installation tokens
         * @return this builder
         */
        public Builder installationTokenLifetime(Duration value) {
            installationTokenLifetime = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#registrationTokenLifetime()}; 1 hour by default.
         *
         * @param value lifetime of registration tokens
         * @return this builder
         */
        public Builder registrationTokenLifetime(Duration value) {
            registrationTokenLifetime = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#registrationTokenDelay()}; 0 by default.
         *
         * @param value how long a new registration token is rejected, as GitHub does until the token has
         *     propagated to all servers
         * @return this builder
         */
        public Builder registrationTokenDelay(Duration value) {
            registrationTokenDelay = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#adminTokenLifetime()}; 1 hour by default.
         *
         * @param value lifetime of the Actions service's tokens
         * @return this builder
         */
        public Builder adminTokenLifetime(Duration value) {
            adminTokenLifetime = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#queueTokenLifetime()}; 1 hour by default.
         *
         * @param value lifetime of message queue tokens
         * @return this builder
         */
        public Builder queueTokenLifetime(Duration value) {
            queueTokenLifetime = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#refreshStatistics()}; true by default.
         *
         * @param value whether the response to refreshing a session has statistics, as the response to opening
         *     a session does
         * @return this builder
         */
        public Builder refreshStatistics(boolean value) {
            refreshStatistics = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#redeliver()}; false by default.
         *
         * @param value whether a message that is not deleted is delivered again regardless of {@code
         *     lastMessageId}
         * @return this builder
         */
        public Builder redeliver(boolean value) {
            redeliver = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#maxBatch()}; 50 by default.
         *
         * @param value elements per message
         * @return this builder
         */
        public Builder maxBatch(int value) {
            maxBatch = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#assignment()}; {@link Assignment#ACQUIRE} by default.
         *
         * @param value whether jobs are offered and acquired, or assigned directly
         * @return this builder
         */
        public Builder assignment(Assignment value) {
            assignment = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#assignDelay()}; 0 by default.
         *
         * @param value delay between acquired and assigned
         * @return this builder
         */
        public Builder assignDelay(Duration value) {
            assignDelay = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#reofferAfter()}; 60 seconds by default.
         *
         * @param value when a job that was offered and not acquired is offered again
         * @return this builder
         */
        public Builder reofferAfter(Duration value) {
            reofferAfter = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#assignTimeout()}; 5 minutes by default.
         *
         * @param value when a job that no runner took is canceled and requeued
         * @return this builder
         */
        public Builder assignTimeout(Duration value) {
            assignTimeout = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#requeueDelay()}; 1 second by default.
         *
         * @param value delay before a canceled job is requeued, multiplied by the number of attempts so far
         * @return this builder
         */
        public Builder requeueDelay(Duration value) {
            requeueDelay = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#maxAttempts()}; 3 by default.
         *
         * @param value maximum number of attempts of a job that no runner takes
         * @return this builder
         */
        public Builder maxAttempts(int value) {
            maxAttempts = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#lostRunnerAfter()}; 5 seconds by default.
         *
         * @param value how long a busy runner may be disconnected before its job fails
         * @return this builder
         */
        public Builder lostRunnerAfter(Duration value) {
            lostRunnerAfter = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#sessionTimeout()}; 2 minutes by default.
         *
         * @param value when a session that is not polled expires
         * @return this builder
         */
        public Builder sessionTimeout(Duration value) {
            sessionTimeout = value;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#heartbeat()}; 1 second by default.
         *
         * @param value interval of the empty lines that keep a runner call alive
         * @return this builder
         */
        public Builder heartbeat(Duration value) {
            heartbeat = value;
            return this;
        }

        /**
         * GitHub and networks at their worst: one call in ten meets a fault of any kind, message queue tokens and
         * sessions that are not polled expire after seconds, new registration tokens may be rejected, refreshed
         * sessions may lack statistics, and undeleted messages may be redelivered. Each seed reproduces the same
         * faults. {@link Faults#clear()} ends the faults of calls.
         *
         * @param seed seed of the random choices
         * @return this builder
         */
        public Builder badWorld(long seed) {
            SplittableRandom choices = new SplittableRandom(seed);
            registrationTokenDelay = Duration.ofMillis(choices.nextInt(1000));
            refreshStatistics = choices.nextBoolean();
            redeliver = choices.nextBoolean();
            queueTokenLifetime = Duration.ofSeconds(2 + choices.nextInt(5));
            sessionTimeout = Duration.ofSeconds(5); // because the response to opening a session may be lost
            badWorld = seed;
            return this;
        }

        /**
         * Sets {@link SimulatorOptions#runnerFaults()}; none by default.
         *
         * @param value faults that affect runners from the start
         * @return this builder
         */
        public Builder runnerFaults(List<RunnerFault> value) {
            runnerFaults = value;
            return this;
        }

        /** {@return the settings} */
        public SimulatorOptions build() {
            return new SimulatorOptions(
                    host,
                    port,
                    tls,
                    http2,
                    publicUrl,
                    tokens,
                    appId,
                    installationId,
                    appKey,
                    runnerGroups,
                    latency,
                    pollTimeout,
                    installationTokenLifetime,
                    registrationTokenLifetime,
                    registrationTokenDelay,
                    adminTokenLifetime,
                    queueTokenLifetime,
                    refreshStatistics,
                    redeliver,
                    maxBatch,
                    assignment,
                    assignDelay,
                    reofferAfter,
                    assignTimeout,
                    requeueDelay,
                    maxAttempts,
                    lostRunnerAfter,
                    sessionTimeout,
                    heartbeat,
                    badWorld,
                    runnerFaults);
        }
    }
}
