package io.github.arc4j.listener;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.CredentialsSource;
import io.github.arc4j.actions.ResponseMemory;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.http.Http2Hosts;
import java.time.Duration;

/** Creates the client with which a listener calls GitHub. */
public final class ListenerClient {
    /**
     * The service responds to a poll after 50 seconds; the session must be deleted before the kubelet kills the
     * process.
     */
    private static final Timeouts TIMEOUTS =
            new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofSeconds(3));

    /** Short, because the listener adds its own pauses, which are visible in metrics and probes. */
    private static final RetrySettings RETRIES =
            new RetrySettings(3, Duration.ofMillis(250), 2, Duration.ofSeconds(5), 0.3, Duration.ofSeconds(5));

    /** Thousands of jobs. A server must not be able to exhaust the memory of a process that serves others, too. */
    private static final int MAX_RESPONSE_BYTES = 4 << 20;

    private ListenerClient() {}

    /**
     * Returns a builder with the timeouts and retries of a listener.
     *
     * @throws IllegalArgumentException if the configuration's certificates can't be read
     */
    public static ActionsClient.Builder builder(
            ListenerConfig config, ConfigUrl url, CredentialsSource credentials, ListenerMetrics metrics) {
        ActionsClient.Builder client = ActionsClient.builder(url, credentials)
                .userAgent(BuildInfo.current().userAgent(config.runnerScaleSetId(), "ghalistener"))
                .timeouts(TIMEOUTS)
                .retry(RETRIES)
                .maxResponseBytes(MAX_RESPONSE_BYTES)
                .responseMemory(ResponseMemory.of(2L * MAX_RESPONSE_BYTES))
                .http2(new Http2Hosts(config.serverRootCa()))
                .metrics(metrics.clientMetrics());
        if (!config.serverRootCa().isEmpty()) {
            client.trust(config.serverRootCa());
        }
        return client;
    }
}
