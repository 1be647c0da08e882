package io.github.arc4j.actions;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.model.JitConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers end an HTTP/2 connection with GOAWAY, which says what they have still processed: when they are replaced, and
 * after so many requests. Whatever is under way then must be done once, and what follows needs another connection.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoAwayTest {
    private static final String JIT = "/generatejitconfig";
    private static final String ACQUIRE = "/acquirejobs";
    private static final String POLL = "/messages";

    private Http2Server server;
    private FakeProxy connections;
    private ActionsClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new Http2Server(directory);
        String session = "{\"sessionId\":\"4f1a2b3c-0000-4000-8000-000000000001\",\"ownerName\":\"me\","
                + "\"messageQueueUrl\":\"" + Http2Server.BASE + "/queue/messages\","
                + "\"messageQueueAccessToken\":\"queue-token\",\"statistics\":" + FakeGitHub.STATISTICS + "}";
        server.on(post(urlPathMatching(".*/sessions")).willReturn(okJson(session)));
        server.on(post(urlPathMatching(".*" + JIT))
                .willReturn(okJson("{\"runner\":{\"id\":5,\"name\":\"r\",\"runnerScaleSetId\":7},"
                        + "\"encodedJITConfig\":\"aml0\"}")));
        server.on(post(urlPathMatching(".*" + ACQUIRE)).willReturn(okJson("{\"count\":1,\"value\":[9]}")));
        server.on(any(urlPathMatching(".*" + POLL))
                .willReturn(okJson("{\"messageId\":3,\"messageType\":\"RunnerScaleSetJobMessages\",\"body\":\"[]\","
                        + "\"statistics\":" + FakeGitHub.STATISTICS + "}")));
    }

    @BeforeEach
    void connect() {
        server.forgetEvents();
        connections = new FakeProxy(server.port(), "");
        client = server.client(Http2Server.BASE, ProxySettings.of(null, "http://127.0.0.1:" + connections.port(), null))
                .retry(new RetrySettings(3, Duration.ofMillis(1), 2, Duration.ofMillis(10), 0, Duration.ofSeconds(1)))
                .build();
    }

    @AfterEach
    void disconnect() {
        client.close();
        connections.close();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static <T> FutureTask<T> begin(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    private FutureTask<JitConfig> register() {
        return begin(() -> client.generateJitConfig(7, "r", ""));
    }

    private static <T> T result(FutureTask<T> task) throws Exception {
        return task.get(20, TimeUnit.SECONDS);
    }

    /** A call that is made when everything is over. */
    private void assertTheNextCallHasAnotherConnection(int connectionsSoFar) throws InterruptedException {
        assertThat(client.getRunner(5)).isPresent();
        assertThat(connections.requests()).hasSize(connectionsSoFar);
    }

    @Test
    void aRegistrationThatTheServerDidNotProcessIsSentAgainOverAnotherConnection() throws Exception {
        assertThat(client.getRunner(5)).isPresent();
        Http2Server.Held held = server.hold(JIT);
        FutureTask<JitConfig> registration = register();
        held.awaitArrival();
        server.goAway(1);
        assertThat(result(registration).encodedJitConfig()).isEqualTo("aml0");
        held.release();
        assertThat(server.calls(JIT))
                .as("one that was not processed, and one that was")
                .isEqualTo(2);
        assertTheNextCallHasAnotherConnection(2);
    }

    @Test
    void aRegistrationThatTheServerStillProcessesIsNotSentAgain() throws Exception {
        Http2Server.Held held = server.hold(JIT);
        FutureTask<JitConfig> registration = register();
        held.awaitArrival();
        server.goAway(0);
        assertTheNextCallHasAnotherConnection(2);
        held.release();
        assertThat(result(registration).encodedJitConfig()).isEqualTo("aml0");
        assertThat(server.calls(JIT)).isEqualTo(1);
    }

    /** It may have had its effect, so only who asked for it can decide what to do. */
    @Test
    void aRegistrationWhoseConnectionEndsWithoutAResponseFailsOnce() throws Exception {
        Http2Server.Held held = server.hold(JIT);
        FutureTask<JitConfig> registration = register();
        held.awaitArrival();
        server.goAway(0);
        server.disconnect();
        assertThat(registration)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        ConnectionException.class,
                        e -> assertThat(e.outcomeUnknown()).isTrue());
        held.release();
        assertThat(server.calls(JIT)).isEqualTo(1);
        assertTheNextCallHasAnotherConnection(2);
    }

    @Test
    void acquiringJobsIsRepeatedWhateverTheServerProcessed() throws Exception {
        try (MessageSession session = client.openSession(7, "me")) {
            for (boolean processed : new boolean[] {false, true}) {
                Http2Server.Held held = server.hold(ACQUIRE);
                FutureTask<List<Long>> acquiring = begin(() -> session.acquireJobs(List.of(9L)));
                held.awaitArrival();
                server.goAway(processed ? 0 : 1);
                if (processed) {
                    server.disconnect();
                }
                assertThat(result(acquiring)).containsExactly(9L);
                held.release();
            }
            assertThat(server.calls(ACQUIRE)).isEqualTo(4);
            assertTheNextCallHasAnotherConnection(3);
        }
    }

    /** Polls have an HTTP/1.1 connection to themselves, for they would keep a shared one from ending for a minute. */
    @Test
    void aPollIsNotConcerned() throws Exception {
        try (MessageSession session = client.openSession(7, "me")) {
            Http2Server.Held held = server.hold(POLL);
            FutureTask<?> poll = begin(() -> session.poll(0, 1));
            held.awaitArrival();
            server.goAway(0);
            assertTheNextCallHasAnotherConnection(3);
            held.release();
            result(poll);
            assertThat(server.events())
                    .filteredOn(event -> event.getRequest().getUrl().contains(POLL))
                    .extracting(ServeEvent::getRequest)
                    .singleElement()
                    .satisfies(request -> assertThat(request.getProtocol()).isEqualTo("HTTP/1.1"));
        }
    }
}
