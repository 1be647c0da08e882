package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SETS;
import static io.github.arc4j.actions.FakeGitHub.bytes;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.gzip;
import static io.github.arc4j.actions.FakeGitHub.json;
import static io.github.arc4j.actions.FakeGitHub.truncated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.Clients.Waits;
import io.github.arc4j.actions.FakeGitHub.Reply;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportTest {
    private static final String RUNNER = "{\"id\":5,\"name\":\"r\"}";

    private final FakeGitHub github = new FakeGitHub();
    private final Waits waits = new Waits();

    @AfterEach
    void stop() {
        github.close();
    }

    @Test
    void readsCompressedResponses() throws Exception {
        github.service("GET", AGENTS + "/5", gzip(RUNNER));
        try (ActionsClient client = Clients.client(github)) {
            assertThat(client.getRunner(5)).isPresent();
        }
        assertThat(github.only("GET", "/5").header("Accept-Encoding")).isEqualTo("gzip");
    }

    @Test
    void saysTheLengthOfABodyWhereTheGoClientDoes() throws Exception {
        github.session()
                .service("GET", AGENTS + "/5", json(200, RUNNER))
                .service("DELETE", AGENTS + "/5", empty(204))
                .on("GET", "/queue", empty(202))
                .on("DELETE", "/queue/4", empty(204));
        try (ActionsClient client = Clients.client(github)) {
            client.getRunner(5);
            client.removeRunner(5);
            MessageSession session = client.openSession(7, "me");
            session.poll(0, 1);
            session.deleteMessage(4);
            session.close();
        }
        assertThat(github.requests()).hasSize(8).allSatisfy(seen -> {
            boolean none = seen.method().equals("GET") || seen.method().equals("DELETE");
            assertThat(seen.header("Content-Length"))
                    .isEqualTo(none ? "" : Integer.toString(seen.body().length()));
        });
    }

    @Test
    void rejectsResponsesThatAreTooLarge() {
        github.service("GET", AGENTS + "/5", json(200, " ".repeat(10_001)))
                .service("GET", AGENTS + "/6", gzip(" ".repeat(10_001)))
                .service("GET", AGENTS + "/7", json(200, " ".repeat(10_000 - RUNNER.length()) + RUNNER));
        try (ActionsClient client =
                Clients.builder(github, waits).maxResponseBytes(10_000).build()) {
            for (int id = 5; id <= 6; id++) {
                int runner = id;
                assertThatThrownBy(() -> client.getRunner(runner))
                        .isInstanceOf(InvalidResponseException.class)
                        .hasMessageContaining("body of more than 10000 bytes");
            }
            assertThat(catchThrowable(() -> client.getRunner(7))).isNull();
        }
        assertThat(github.requests("GET", "/5")).hasSize(1);
    }

    /** So that a server that sends slowly does not determine how much memory a client needs. */
    @Test
    void receivesFewLargeResponsesAtTheSameTime() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        respondsSlowly(950_000, end);
        try (ActionsClient client = Clients.builder(github, waits)
                        .maxResponseBytes(1_000_000)
                        .retry(RetrySettings.NONE)
                        .build();
                ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
                AutoCloseable ending = end::countDown) {
            List<Future<@Nullable Throwable>> results = start(calls, 20, client);
            await().until(() -> results.stream().filter(Future::isDone).count() >= 12);
            assertThat(results.stream().filter(Future::isDone).map(Future::resultNow))
                    .allSatisfy(TransportTest::hadNoMemory);
            end.countDown();
            for (Future<@Nullable Throwable> result : results) {
                result.get();
            }
            assertThat(results.stream().map(Future::resultNow).filter(Objects::isNull))
                    .hasSizeLessThanOrEqualTo(8);
            assertThat(catchThrowable(() -> client.getRunner(5))).isNull();
        }
    }

    @Test
    void clientsShareTheMemoryForLargeResponses() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        respondsSlowly(19_000, end);
        int counted = 20_000 - (16 << 10);
        ResponseMemory shared = ResponseMemory.of(8L * counted);
        ActionsClient.Builder settings =
                Clients.builder(github, waits).maxResponseBytes(20_000).retry(RetrySettings.NONE);
        try (ActionsClient one = settings.responseMemory(shared).build();
                ActionsClient two = settings.build();
                ActionsClient other =
                        settings.responseMemory(ResponseMemory.of(counted)).build();
                ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
                AutoCloseable ending = end::countDown) {
            List<Future<@Nullable Throwable>> results = Stream.concat(
                            start(calls, 10, one).stream(), start(calls, 10, two).stream())
                    .toList();
            await().until(() -> results.stream().filter(Future::isDone).count() >= 12);
            Future<@Nullable Throwable> neighbor = start(calls, 1, other).getFirst();
            end.countDown();
            for (Future<@Nullable Throwable> result : results) {
                result.get();
            }
            assertThat(neighbor.get()).isNull();
            assertThat(results.stream().map(Future::resultNow).filter(Objects::nonNull))
                    .hasSize(12)
                    .allSatisfy(TransportTest::hadNoMemory);
            assertThat(catchThrowable(() -> two.getRunner(5))).isNull();
        }
    }

    private void respondsSlowly(int bytes, CountDownLatch end) {
        github.service("GET", AGENTS + "/5", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(" ".repeat(bytes).getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            awaitEnd(end);
            exchange.getResponseBody().write(RUNNER.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
    }

    private static List<Future<@Nullable Throwable>> start(ExecutorService calls, int number, ActionsClient client) {
        return Stream.generate(() -> calls.submit(() -> catchThrowable(() -> client.getRunner(5))))
                .limit(number)
                .toList();
    }

    private static void hadNoMemory(@Nullable Throwable failure) {
        assertThat(failure)
                .isInstanceOfSatisfying(
                        ConnectionException.class,
                        e -> assertThat(e.retryable()).isTrue())
                .hasMessageContaining("too many large responses at the same time");
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void rejectsWhatIsNotCompressedAsAnnounced() {
        github.service(
                "GET",
                AGENTS + "/5",
                bytes(200, "application/json", RUNNER.getBytes(StandardCharsets.UTF_8), "Content-Encoding", "gzip"));
        try (ActionsClient client = Clients.client(github)) {
            assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(InvalidResponseException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallThatTakesTooLongEnds(boolean dripping) {
        github.service("GET", AGENTS + "/5", dripping ? github.drip() : github.hang())
                .service("POST", SCALE_SETS + "/7/generatejitconfig", dripping ? github.drip() : github.hang());
        try (ActionsClient client = Clients.builder(github, waits)
                .timeouts(Timeouts.DEFAULT.withCall(Duration.ofSeconds(2)))
                .retry(RetrySettings.DEFAULT.withMaxAttempts(2))
                .build()) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageEndingWith((dripping ? "failed to read the response" : "failed to send request")
                            + ": no complete response in time");
            assertThatThrownBy(() -> client.generateJitConfig(7, "r", ""))
                    .isInstanceOf(ConnectionException.class)
                    .satisfies(e ->
                            assertThat(((ActionsException) e).outcomeUnknown()).isTrue());
        }
        assertThat(github.requests("GET", "/5")).hasSize(2);
        assertThat(github.requests("POST", "/generatejitconfig")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"truncated", "too large", "not compressed", "drip"})
    void aTruncatedResponseStillHasItsIds(String fault) {
        Reply broken = switch (fault) {
            case "truncated" -> truncated(RUNNER);
            case "too large" -> json(200, " ".repeat(10_001));
            case "not compressed" -> json(200, RUNNER, "Content-Encoding", "gzip");
            default -> github.drip();
        };
        github.service("GET", AGENTS + "/5", exchange -> {
            exchange.getResponseHeaders().set("ActivityId", "a-1");
            exchange.getResponseHeaders().set("X-GitHub-Request-Id", "g-1");
            broken.send(exchange);
        });
        try (ActionsClient client = Clients.builder(github, waits)
                .timeouts(fault.equals("drip") ? Timeouts.DEFAULT.withCall(Duration.ofSeconds(2)) : Timeouts.DEFAULT)
                .maxResponseBytes(10_000)
                .retry(RetrySettings.NONE)
                .build()) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOfSatisfying(ActionsException.class, e -> {
                        assertThat(e.status()).isEqualTo(200);
                        assertThat(e.activityId()).isEqualTo("a-1");
                        assertThat(e.requestId()).isEqualTo("g-1");
                    })
                    .hasMessageContaining(
                            "failed(status=\"200 OK\", activity_id=\"a-1\", github_request_id=\"g-1\"): ");
        }
    }

    @Test
    void aRejectionWithATruncatedTextHadNoEffect() {
        github.service("POST", SCALE_SETS + "/7/generatejitconfig", exchange -> {
            exchange.sendResponseHeaders(409, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            exchange.close();
        });
        try (ActionsClient client =
                Clients.builder(github, waits).retry(RetrySettings.NONE).build()) {
            assertThatThrownBy(() -> client.generateJitConfig(7, "r", ""))
                    .isInstanceOfSatisfying(ConnectionException.class, e -> {
                        assertThat(e.status()).isEqualTo(409);
                        assertThat(e.outcomeUnknown()).isFalse();
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void aSizeLimitIsPositive(int bytes) {
        assertThatThrownBy(() -> Clients.builder(github, waits).maxResponseBytes(bytes))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsACall(boolean virtual) throws Exception {
        github.service("GET", AGENTS + "/5", github.hang());
        AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
        try (ActionsClient client = Clients.client(github)) {
            Thread caller = (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
                    .start(() -> end.set(catchThrowable(() -> client.getRunner(5))));
            await().until(() -> !github.requests("GET", "/5").isEmpty());
            caller.interrupt();

            assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
        }
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallThatIsGivenUpEndsOnTheWireToo(boolean interrupted) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        github.service("GET", AGENTS + "/5", github.drip(gone::countDown));
        try (ActionsClient client = Clients.builder(github, waits)
                .timeouts(Timeouts.DEFAULT.withCall(Duration.ofSeconds(interrupted ? 30 : 2)))
                .retry(RetrySettings.NONE)
                .build()) {
            Thread caller = Thread.ofVirtual()
                    .start(() -> assertThatThrownBy(() -> client.getRunner(5)).isNotNull());
            await().until(() -> !github.requests("GET", "/5").isEmpty());
            if (interrupted) {
                caller.interrupt();
            }

            assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void anInterruptEndsAWaitBetweenTries() throws Exception {
        github.service("GET", AGENTS + "/5", empty(429, "Retry-After", "50"));
        AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
        try (ActionsClient client = ActionsClient.builder(github.config(), () -> new PersonalAccessToken("x"))
                .build()) {
            Thread caller = Thread.ofVirtual().start(() -> end.set(catchThrowable(() -> client.getRunner(5))));
            await().until(() -> !github.requests("GET", "/5").isEmpty());
            caller.interrupt();

            assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
        }
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void closingTheClientEndsItsCalls() throws Exception {
        github.service("GET", AGENTS + "/5", github.hang());
        AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
        ActionsClient client = Clients.builder(github, waits).build();
        Thread caller = Thread.ofVirtual().start(() -> end.set(catchThrowable(() -> client.getRunner(5))));
        await().until(() -> !github.requests("GET", "/5").isEmpty());

        client.close();

        assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
        assertThat(end.get()).isInstanceOf(ConnectionException.class);
        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(ConnectionException.class)
                .hasMessageEndingWith("the client is closed")
                .satisfies(e -> assertThat(((ActionsException) e).retryable()).isFalse());
        assertThat(waits.all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsRedirectsOfReads(int status) throws Exception {
        github.service("GET", AGENTS + "/5", empty(status, "Location", "/elsewhere?x=1"))
                .on("GET", "/elsewhere", json(200, RUNNER));
        try (ActionsClient client = Clients.client(github)) {
            assertThat(client.getRunner(5)).isPresent();
        }
        assertThat(github.only("GET", "/elsewhere").header("Authorization")).startsWith("Bearer ");
    }

    @Test
    void followsTheRedirectOfARenamedOrganization() throws Exception {
        github.on(
                        "POST",
                        FakeGitHub.TOKEN_PATH,
                        empty(307, "Location", github.uri("/renamed").toString()))
                .on("POST", "/renamed", json(201, "{\"token\":\"registration\"}"))
                .service("GET", AGENTS + "/5", json(200, RUNNER));
        try (ActionsClient client = Clients.client(github)) {
            assertThat(client.getRunner(5)).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303})
    void doesNotTurnAPostIntoAGet(int status) {
        github.service("POST", SCALE_SETS, empty(status, "Location", "/elsewhere"));
        try (ActionsClient client = Clients.client(github)) {
            assertThatThrownBy(() -> client.createScaleSet(
                            RunnerScaleSet.builder().name("n").build()))
                    .isInstanceOf(ActionsServiceException.class);
        }
    }

    @Test
    void doesNotFollowARedirectToAnotherHost() throws Exception {
        try (FakeGitHub other = new FakeGitHub();
                ActionsClient client = Clients.client(github)) {
            github.service(
                    "GET",
                    AGENTS + "/5",
                    empty(302, "Location", other.uri("/elsewhere").toString()));
            other.on("GET", "/elsewhere", json(200, RUNNER));

            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ActionsServiceException.class)
                    .hasMessageContaining("302 Found");

            assertThat(other.requests("GET", "/elsewhere")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/loop", "ftp://x.example/", "http://", "::", ""})
    void aRedirectThatLeadsNowhereIsATypedError(String location) {
        github.service("GET", AGENTS + "/5", empty(302, "Location", location))
                .on("GET", "/loop", empty(302, "Location", "/loop"));
        try (ActionsClient client = Clients.client(github)) {
            assertThatThrownBy(() -> client.getRunner(5))
                    .isInstanceOf(ActionsServiceException.class)
                    .hasMessageContaining("302 Found");
        }
    }
}
