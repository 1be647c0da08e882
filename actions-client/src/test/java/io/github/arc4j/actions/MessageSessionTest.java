package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.SCALE_SETS;
import static io.github.arc4j.actions.FakeGitHub.SESSIONS;
import static io.github.arc4j.actions.FakeGitHub.SESSION_ID;
import static io.github.arc4j.actions.FakeGitHub.STATISTICS;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.gzip;
import static io.github.arc4j.actions.FakeGitHub.json;
import static io.github.arc4j.actions.FakeGitHub.page;
import static io.github.arc4j.actions.FakeGitHub.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.actions.Clients.Waits;
import io.github.arc4j.actions.FakeGitHub.Reply;
import io.github.arc4j.actions.FakeGitHub.Seen;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.errors.MessageQueueTokenExpiredException;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.Statistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSessionTest {
    private static final String SESSION = SESSIONS + "/" + SESSION_ID;
    private static final String MESSAGE =
            "{\"messageId\":4,\"messageType\":\"RunnerScaleSetJobMessages\",\"body\":\"[]\",\"statistics\":"
                    + STATISTICS + "}";

    private final FakeGitHub github = new FakeGitHub().session();
    private final Waits waits = new Waits();
    private ActionsClient client;
    private MessageSession session;

    @BeforeEach
    void start() throws Exception {
        client = Clients.builder(github, waits).build();
        session = client.openSession(7, "me <1>");
    }

    @AfterEach
    void stop() {
        session.close();
        client.close();
        github.close();
    }

    @Test
    void opensASession() {
        assertThat(session.id()).isEqualTo(UUID.fromString(SESSION_ID));
        assertThat(session.initialStatistics()).isEqualTo(new Statistics(1, 2, 3, 4, 5, 6, 7));
        assertThat(session).asString().doesNotContain("queue-token");
        assertThat(github.only("POST", SESSIONS).body())
                .isEqualTo("{\"sessionId\":\"00000000-0000-0000-0000-000000000000\","
                        + "\"ownerName\":\"me \\u003c1\\u003e\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"sessionId\":\"00000000-0000-0000-0000-000000000000\"}",
                "{\"sessionId\":\"" + SESSION_ID + "\",\"statistics\":{}}",
                "{\"sessionId\":\"" + SESSION_ID + "\",\"messageQueueUrl\":\"http://x.example\","
                        + "\"messageQueueAccessToken\":\"t\"}",
                "{\"sessionId\":\"" + SESSION_ID + "\",\"messageQueueUrl\":\"nothing\","
                        + "\"messageQueueAccessToken\":\"t\",\"statistics\":{}}",
                "{\"sessionId\":\"x\"}",
                "",
                "[]"
            })
    void aUselessSessionIsATypedError(String response) {
        github.service("POST", SESSIONS, json(200, response));

        assertThatThrownBy(() -> client.openSession(7, "me")).isInstanceOf(InvalidResponseException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"messageQueueUrl\":\"http://x.example\",\"messageQueueAccessToken\":\"t\"",
                "\"messageQueueUrl\":\"nothing\",\"messageQueueAccessToken\":\"t\",\"statistics\":{}",
                "\"statistics\":{}"
            })
    void aNewSessionThatCannotBeUsedIsDeleted(String rest) {
        github.service("POST", SESSIONS, json(200, "{\"sessionId\":\"" + SESSION_ID + "\"," + rest + "}"));

        assertThatThrownBy(() -> client.openSession(7, "me")).isInstanceOf(InvalidResponseException.class);

        assertThat(github.requests("DELETE", SESSION)).hasSize(1);
    }

    @Test
    void pollsAsTheGoLibraryDoes() throws Exception {
        github.on("GET", "/queue", empty(202), json(200, MESSAGE));

        assertThat(session.poll(0, 10)).isEmpty();
        assertThat(session.poll(3, Integer.MAX_VALUE))
                .contains(new Message(4, new Statistics(1, 2, 3, 4, 5, 6, 7), List.of()));

        List<Seen> polls = github.requests("GET", "/queue");
        assertThat(polls.get(0).query()).isEqualTo("key=1");
        assertThat(polls.get(0).header("Accept")).isEqualTo("application/json; api-version=6.0-preview");
        assertThat(polls.get(0).header("Authorization")).isEqualTo("Bearer queue-token");
        assertThat(polls.get(0).header("User-Agent")).startsWith("{\"system\":");
        assertThat(polls.get(0).header("X-ScaleSetMaxCapacity")).isEqualTo("10");
        assertThat(polls.get(0).header("Content-Type")).isEmpty();
        assertThat(polls.get(1).query()).isEqualTo("key=1&lastMessageId=3");
        assertThat(polls.get(1).header("X-ScaleSetMaxCapacity")).isEqualTo("2147483647");
    }

    static List<Arguments> tooLarge() {
        String plain = MESSAGE + " ".repeat(20_000);
        byte[] random = new byte[40_000];
        new Random(1).nextBytes(random);
        String hardToCompress = MESSAGE.replace("[]", HexFormat.of().formatHex(random));
        return List.of(
                Arguments.of("plain", json(200, plain), 4),
                Arguments.of("compressed", gzip(plain), 4),
                Arguments.of("too large even if compressed", gzip(hardToCompress), 4),
                Arguments.of("not compressed as announced", json(200, plain, "Content-Encoding", "gzip"), 0),
                Arguments.of("its id is not at the beginning", json(200, " ".repeat(4096) + plain), 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tooLarge")
    void aMessageThatIsTooLargeIsIdentified(String name, Reply message, long id) throws Exception {
        github.on("GET", "/queue", message);

        assertThat(failureOfATooLargeResponse().messageId().orElse(0)).isEqualTo(id);
    }

    @Test
    void aRefreshThatIsTooLargeIsNoMessage() throws Exception {
        github.service("PATCH", SESSION, json(200, MESSAGE + " ".repeat(20_000)))
                .on("GET", "/queue", text(401, "expired"));

        assertThat(failureOfATooLargeResponse().messageId()).isEmpty();
    }

    /** Polls with a client whose limit the prepared response exceeds. */
    private InvalidResponseException failureOfATooLargeResponse() throws Exception {
        try (ActionsClient small =
                        Clients.builder(github, waits).maxResponseBytes(10_000).build();
                MessageSession other = small.openSession(7, "me")) {
            InvalidResponseException failure =
                    catchThrowableOfType(InvalidResponseException.class, () -> other.poll(3, 10));
            assertThat(failure).hasMessageContaining("body of more than 10000 bytes");
            return failure;
        }
    }

    @Test
    void deletingAMissingMessageSucceeds() throws Exception {
        github.on("DELETE", "/queue/4", empty(204), text(404, "no such message"));

        session.deleteMessage(4);
        session.deleteMessage(4);

        Seen delete = github.requests("DELETE", "/queue/4").get(0);
        assertThat(delete.query()).isEqualTo("key=1");
        assertThat(delete.header("Content-Type")).isEqualTo("application/json");
        assertThat(delete.header("Authorization")).isEqualTo("Bearer queue-token");
    }

    @Test
    void acquiresJobsWithTheQueuesToken() throws Exception {
        github.service("POST", SCALE_SETS + "/7/acquirejobs", page("9007199254740993"));

        assertThat(session.acquireJobs(List.of(9007199254740993L, 2L))).containsExactly(9007199254740993L);

        Seen acquire = github.only("POST", "/acquirejobs");
        assertThat(acquire.body()).isEqualTo("[9007199254740993,2]");
        assertThat(acquire.query()).isEqualTo("api-version=6.0-preview");
        assertThat(acquire.header("Authorization")).isEqualTo("Bearer queue-token");
        assertThat(session.acquireJobs(List.of())).isEmpty();
        assertThat(github.requests("POST", "/acquirejobs")).hasSize(1);
    }

    @Test
    void replacesTheWholeSessionWhenTheQueuesTokenEnds() throws Exception {
        String moved = github.sessionJson("second-token").replace("/queue?key=1", "/queue2");
        github.service("PATCH", SESSION, json(200, moved))
                .on("GET", "/queue", text(401, "expired"))
                .on("GET", "/queue2", json(200, MESSAGE))
                .on("DELETE", "/queue2/4", empty(204));

        assertThat(session.poll(0, 1)).isPresent();
        session.deleteMessage(4);

        assertThat(github.only("PATCH", SESSION).body()).isEmpty();
        assertThat(github.only("GET", "/queue2").header("Authorization")).isEqualTo("Bearer second-token");
        assertThat(github.requests("GET", "/queue")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"statistics\":null", ",\"statistics\":{\"totalAssignedJobs\":\"many\"}"})
    void aRefreshNeedsNoStatistics(String statistics) throws Exception {
        String refreshed = github.sessionJson("second-token").replace(",\"statistics\":" + STATISTICS, statistics);
        github.service("PATCH", SESSION, json(200, refreshed)).on("GET", "/queue", text(401, "expired"), empty(202));

        assertThat(session.poll(0, 1)).isEmpty();

        assertThat(github.requests("GET", "/queue").get(1).header("Authorization"))
                .isEqualTo("Bearer second-token");
    }

    @Test
    void aRefreshMayAlsoReplaceTheSessionsId() throws Exception {
        String other = "99999999-2222-3333-4444-555555555555";
        github.service(
                        "PATCH",
                        SESSION,
                        json(200, github.sessionJson("second-token").replace(SESSION_ID, other)))
                .service("DELETE", SESSIONS + "/" + other, empty(204))
                .on("GET", "/queue", text(401, "expired"), empty(202));

        assertThat(session.poll(0, 1)).isEmpty();
        assertThat(session.id()).hasToString(other);
        session.close();

        assertThat(github.requests("DELETE", other)).hasSize(1);
        assertThat(github.requests("DELETE", SESSION_ID)).isEmpty();
    }

    @Test
    void refreshesForDeletesAndAcquiresToo() throws Exception {
        github.service("PATCH", SESSION, json(200, github.sessionJson("t2")), json(200, github.sessionJson("t3")))
                .on("DELETE", "/queue/4", empty(401), empty(204))
                .service("POST", SCALE_SETS + "/7/acquirejobs", empty(401), page("1"));

        session.deleteMessage(4);
        assertThat(session.acquireJobs(List.of(1L))).containsExactly(1L);

        assertThat(github.requests("PATCH", SESSION)).hasSize(2);
        assertThat(github.requests("POST", "/acquirejobs").get(1).header("Authorization"))
                .isEqualTo("Bearer t3");
    }

    @Test
    void aTokenThatIsRejectedTwiceIsATypedError() {
        github.service("PATCH", SESSION, json(200, github.sessionJson("t2"))).on("GET", "/queue", text(401, "why"));

        assertThatThrownBy(() -> session.poll(0, 1))
                .isInstanceOf(MessageQueueTokenExpiredException.class)
                .hasMessage("request GET " + github.uri("/queue")
                        + " failed(status=\"401 Unauthorized\"): message queue token expired: why");
        assertThat(github.requests("GET", "/queue")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "404, RunnerScaleSetNotFoundException, ScaleSetNotFoundException",
        "404, '',                              SessionExpiredException",
        "410, '',                              SessionExpiredException",
        "400, SessionExpiredException,         SessionExpiredException"
    })
    void aSessionThatIsOverIsATypedError(int status, String type, String exception) {
        Reply over = json(status, "{\"typeName\":\"" + type + "\",\"message\":\"over\"}");
        github.on("GET", "/queue", over);
        assertThat(catchThrowable(() -> session.poll(0, 1)).getClass().getSimpleName())
                .isEqualTo(exception);

        github.on("GET", "/queue", empty(401)).service("PATCH", SESSION, over);
        assertThat(catchThrowable(() -> session.poll(0, 1)).getClass().getSimpleName())
                .isEqualTo(exception);
    }

    @Test
    void refreshesOnceForConcurrentCalls() throws Exception {
        github.service("PATCH", SESSION, github.after(100, json(200, github.sessionJson("fresh"))));
        github.on("DELETE", "/queue/4", exchange -> {
            boolean fresh = "Bearer fresh".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            empty(fresh ? 204 : 401).send(exchange);
        });

        List<Future<?>> calls = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 30; i++) {
                calls.add(executor.submit(() -> {
                    session.deleteMessage(4);
                    return null;
                }));
            }
        }
        for (Future<?> call : calls) {
            call.get();
        }

        assertThat(github.requests("PATCH", SESSION)).hasSize(1);
    }

    @Test
    void anAdminTokenThatEndedIsRenewedDuringARefresh() throws Exception {
        github.on("GET", "/queue", empty(401), json(200, MESSAGE))
                .service("PATCH", SESSION, empty(401), json(200, github.sessionJson("t2")));

        assertThat(session.poll(0, 1)).isPresent();
        assertThat(github.requests("POST", FakeGitHub.ADMIN_CONNECTION)).hasSize(2);
    }

    @Test
    void otherCallsDoNotWaitForAPoll() throws Exception {
        github.on("GET", "/queue", github.hang()).on("DELETE", "/queue/4", empty(204));
        Thread poll = Thread.ofVirtual()
                .start(() -> assertThatThrownBy(() -> session.poll(0, 1)).isInstanceOf(InterruptedException.class));
        await().until(() -> !github.requests("GET", "/queue").isEmpty());

        session.deleteMessage(4);

        poll.interrupt();
        assertThat(poll.join(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void anInterruptEndsAPoll() throws Exception {
        github.on("GET", "/queue", github.hang());
        AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
        Thread poll = Thread.ofPlatform().start(() -> end.set(catchThrowable(() -> session.poll(0, 1))));
        await().until(() -> !github.requests("GET", "/queue").isEmpty());

        poll.interrupt();

        assertThat(poll.join(Duration.ofSeconds(5))).isTrue();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aPollThatHangsEndsAtItsLimitAndIsLeftToTheCaller() throws Exception {
        try (ActionsClient impatient = Clients.builder(github, waits)
                .timeouts(Timeouts.DEFAULT.withPoll(Duration.ofMillis(200)))
                .build()) {
            github.on("GET", "/queue", github.hang());
            MessageSession hanging = impatient.openSession(7, "me");

            assertThatThrownBy(() -> hanging.poll(0, 1))
                    .isInstanceOf(ConnectionException.class)
                    .satisfies(
                            e -> assertThat(((ActionsException) e).retryable()).isTrue());
            hanging.close();
        }
        await().until(() -> github.requests("GET", "/queue").size() == 1); // which may arrive when it is given up
    }

    @Test
    void closeDeletesTheSessionOnce() {
        session.close();
        session.close();

        assertThat(github.requests("DELETE", SESSION)).hasSize(1);
        assertThatThrownBy(() -> session.poll(0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.deleteMessage(1)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 501})
    void closeDoesNotFail(int status) {
        github.service("DELETE", SESSION, json(status, "{\"typeName\":\"SessionExpiredException\",\"message\":\"x\"}"));

        session.close();

        assertThat(github.requests("DELETE", SESSION)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"404, 0", "400, 1"})
    void closeWarnsUnlessTheSessionHasEnded(int status, int warnings) {
        github.service("DELETE", SESSION, empty(status));

        try (CapturedLog log = new CapturedLog()) {
            session.close();

            assertThat(log.records())
                    .filteredOn(record -> record.getLevel().equals(Level.WARNING))
                    .hasSize(warnings);
        }
    }

    @Test
    void closeWorksOnAnInterruptedThread() throws Exception {
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread closer = Thread.ofVirtual().unstarted(() -> {
            Thread.currentThread().interrupt();
            session.close();
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        closer.join();

        assertThat(github.requests("DELETE", SESSION)).hasSize(1);
        assertThat(stillInterrupted).isTrue();
    }

    @Test
    void closeEndsInTimeWhenNobodyAnswers() {
        github.service("DELETE", SESSION, github.hang());

        long start = System.nanoTime();
        session.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(1500), Duration.ofSeconds(8));
    }

    @Test
    void closeEndsInTimeAlsoWhileItGetsANewToken() {
        github.service("DELETE", SESSION, empty(401)).on("POST", FakeGitHub.TOKEN_PATH, github.hang());

        long start = System.nanoTime();
        session.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void closeTriesAgainWhileThereIsTime() {
        github.service("DELETE", SESSION, empty(503), empty(204));

        session.close();

        assertThat(github.requests("DELETE", SESSION)).hasSize(2);
    }
}
