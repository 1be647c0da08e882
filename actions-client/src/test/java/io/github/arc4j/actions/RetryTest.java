package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SET;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SETS;
import static io.github.arc4j.actions.FakeGitHub.SESSION_ID;
import static io.github.arc4j.actions.FakeGitHub.drop;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static io.github.arc4j.actions.FakeGitHub.page;
import static io.github.arc4j.actions.FakeGitHub.text;
import static io.github.arc4j.actions.FakeGitHub.truncated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.arc4j.actions.Clients.Waits;
import io.github.arc4j.actions.FakeGitHub.Reply;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call with every fault: what is repeated, and what is not. */
class RetryTest {
    private static final String QUEUE = "/queue";

    /** A call, its request, its good response, and whether it may be done twice. */
    record Operation(String name, String method, String path, Reply good, boolean twice, Action action) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface Action {
        void run(ActionsClient client, MessageSession session) throws Exception;
    }

    private static final List<Operation> OPERATIONS = List.of(
            service(
                    "getRunnerGroup",
                    "GET",
                    "/_apis/runtime/runnergroups/",
                    page("{\"id\":1}"),
                    (c, s) -> c.getRunnerGroup("g")),
            service("findScaleSet", "GET", SCALE_SETS, page(), (c, s) -> c.findScaleSet(1, "n")),
            service("getScaleSet", "GET", SCALE_SETS + "/7", json(200, SCALE_SET), (c, s) -> c.getScaleSet(7)),
            service(
                    "updateScaleSet",
                    "PATCH",
                    SCALE_SETS + "/7",
                    json(200, SCALE_SET),
                    (c, s) -> c.updateScaleSet(
                            7, RunnerScaleSet.builder().name("n").build())),
            service("deleteScaleSet", "DELETE", SCALE_SETS + "/7", empty(204), (c, s) -> c.deleteScaleSet(7)),
            service("getRunner", "GET", AGENTS + "/5", json(200, "{\"id\":5}"), (c, s) -> c.getRunner(5)),
            service("findRunner", "GET", AGENTS, page(), (c, s) -> c.findRunner("r")),
            service("removeRunner", "DELETE", AGENTS + "/5", empty(204), (c, s) -> c.removeRunner(5)),
            service(
                    "acquireJobs",
                    "POST",
                    SCALE_SETS + "/7/acquirejobs",
                    page("1"),
                    (c, s) -> s.acquireJobs(List.of(1L))),
            new Operation("poll", "GET", QUEUE, empty(202), true, (c, s) -> s.poll(0, 1)),
            new Operation("deleteMessage", "DELETE", QUEUE + "/4", empty(204), true, (c, s) -> s.deleteMessage(4)),
            once(
                    "createScaleSet",
                    SCALE_SETS,
                    json(200, SCALE_SET),
                    (c, s) ->
                            c.createScaleSet(RunnerScaleSet.builder().name("n").build())),
            once(
                    "generateJitConfig",
                    SCALE_SETS + "/7/generatejitconfig",
                    json(200, "{\"runner\":{\"id\":5},\"encodedJITConfig\":\"x\"}"),
                    (c, s) -> c.generateJitConfig(7, "r", "")),
            once(
                    "openSession",
                    SCALE_SETS + "/8/sessions",
                    json(
                            200,
                            "{\"sessionId\":\"" + SESSION_ID + "\",\"messageQueueUrl\":\"http://x.example/\","
                                    + "\"messageQueueAccessToken\":\"t\",\"statistics\":{}}"),
                    (c, s) -> c.openSession(8, "me")));

    /** Faults after which the request may have had its effect. */
    private static final Map<String, Reply> AMBIGUOUS = Map.of(
            "500", empty(500),
            "502", text(502, "bad gateway"),
            "503", empty(503),
            "504", empty(504),
            "drop", drop(),
            "truncated", truncated("{\"id\":5,\"name\":\"a long enough name\"}"));

    /** Faults after which it certainly had none. */
    private static final Map<String, Reply> NO_EFFECT = Map.of("429", empty(429));

    /** Refusals that another try does not change. */
    private static final Map<String, Reply> FINAL = Map.of("400", empty(400), "501", empty(501), "409", empty(409));

    private final FakeGitHub github = new FakeGitHub();
    private final Waits waits = new Waits();
    private ActionsClient client;
    private MessageSession session;

    @BeforeEach
    void start() throws Exception {
        client = Clients.builder(github, waits).build();
        github.session();
        session = client.openSession(7, "me");
    }

    @AfterEach
    void stop() {
        session.close();
        client.close();
        github.close();
    }

    @ParameterizedTest(name = "{0} after {1}")
    @MethodSource("callsAndFaultsThatPass")
    void isRetried(Operation call, String name, Reply fault) throws Exception {
        github.on(call.method, call.path, fault, call.good);

        call.action.run(client, session);

        assertThat(github.requests(call.method, call.path)).hasSize(2);
        assertThat(waits.all()).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest(name = "{0} after {1}")
    @MethodSource("callsAndFaultsThatStay")
    void isNotRetried(Operation call, String name, Reply fault) {
        github.on(call.method, call.path, fault, call.good);

        ActionsException e = catchThrowableOfType(ActionsException.class, () -> call.action.run(client, session));

        assertThat(e).isNotNull();
        assertThat(e.outcomeUnknown()).isEqualTo(AMBIGUOUS.containsKey(name));
        assertThat(github.requests(call.method, call.path)).hasSize(1);
        assertThat(waits.all()).isEmpty();
    }

    private static Stream<Arguments> callsAndFaultsThatPass() {
        List<Arguments> cases = new ArrayList<>();
        for (Operation operation : OPERATIONS) {
            NO_EFFECT.forEach((name, fault) -> cases.add(Arguments.of(operation, name, fault)));
            if (operation.twice) {
                AMBIGUOUS.forEach((name, fault) -> cases.add(Arguments.of(operation, name, fault)));
            }
        }
        return cases.stream();
    }

    private static Stream<Arguments> callsAndFaultsThatStay() {
        List<Arguments> cases = new ArrayList<>();
        for (Operation operation : OPERATIONS) {
            FINAL.forEach((name, fault) -> cases.add(Arguments.of(operation, name, fault)));
            if (!operation.twice) {
                AMBIGUOUS.forEach((name, fault) -> cases.add(Arguments.of(operation, name, fault)));
            }
        }
        return cases.stream();
    }

    @Test
    void givesUpAfterFiveTriesAndKeepsTheLastResponse() {
        github.service("GET", AGENTS + "/5", text(500, "first"), text(500, "later"));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(ActionsServiceException.class)
                .hasMessageEndingWith(": later");
        assertThat(github.requests("GET", "/5")).hasSize(5);
    }

    @Test
    void waitsLongerEachTimeWithinTheJitter() {
        github.service("GET", AGENTS + "/5", empty(500));

        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(ActionsServiceException.class);

        assertThat(waits.all()).hasSize(4);
        for (int i = 0; i < 4; i++) {
            long middle = 1000L << i;
            assertThat(waits.all().get(i).toMillis()).isBetween((long) (middle * 0.69), (long) (middle * 1.31));
        }
    }

    @Test
    void waitsExactlyAsLongAsTheServiceAsks() throws Exception {
        github.service("GET", AGENTS + "/5", empty(429, "Retry-After", "17"), json(200, "{\"id\":5}"));

        client.getRunner(5);

        assertThat(waits.all()).containsExactly(Duration.ofSeconds(17));
    }

    @Test
    void waitsLongerEachTimeIfTheServiceAsksForNoWait() {
        github.service("GET", AGENTS + "/5", empty(429, "Retry-After", "0"));

        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(RateLimitedException.class);

        assertThat(waits.all()).hasSize(4);
        for (int i = 0; i < 4; i++) {
            long least = 1000L << i;
            assertThat(waits.all().get(i).toMillis()).isBetween(least, least * 3 / 2);
        }
    }

    @Test
    void leavesLongWaitsToTheCaller() {
        github.service("GET", AGENTS + "/5", empty(429, "Retry-After", "3600"));

        assertThatThrownBy(() -> client.getRunner(5))
                .isInstanceOf(RateLimitedException.class)
                .satisfies(e -> assertThat(((ActionsException) e).retryAfter()).contains(Duration.ofHours(1)));
        assertThat(github.requests("GET", "/5")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusedConnectionIsRetriedForEveryCall(boolean once) throws Exception {
        String token = FakeGitHub.jwt("{\"exp\":99999999999}");
        github.on(
                "POST",
                FakeGitHub.CONNECTION_PATH,
                json(200, "{\"url\":\"http://127.0.0.1:1/\",\"token\":\"" + token + "\"}"));
        try (ActionsClient unreachable = Clients.builder(github, waits).build()) {
            ConnectionException e = catchThrowableOfType(ConnectionException.class, () -> {
                if (once) {
                    unreachable.generateJitConfig(7, "r", "");
                } else {
                    unreachable.getRunner(5);
                }
            });

            assertThat(e.status()).isZero();
            assertThat(e.retryable()).isTrue();
            assertThat(e.outcomeUnknown()).isFalse();
            assertThat(e).hasCauseInstanceOf(ConnectException.class).hasMessageContaining("failed to send request: ");
        }
        assertThat(waits.all()).hasSize(4);
    }

    @Test
    void anUnknownHostIsNamed() {
        ConfigUrl nowhere = ConfigUrl.parse("http://does-not-exist.invalid/org");
        try (ActionsClient lost = ActionsClient.builder(nowhere, () -> new PersonalAccessToken("x"))
                .retry(RetrySettings.NONE)
                .build()) {
            assertThatThrownBy(() -> lost.getRunner(5))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("does-not-exist.invalid")
                    .hasMessageEndingWith("unknown host");
        }
    }

    @Test
    void aDeleteThatHadItsEffectBeforeTheConnectionBrokeSucceeds() throws Exception {
        String gone = "{\"typeName\":\"AgentNotFoundException\",\"message\":\"gone\"}";
        github.service("DELETE", AGENTS + "/5", drop(), json(404, gone));

        client.removeRunner(5);

        assertThat(github.requests("DELETE", "/5")).hasSize(2);
    }

    @Test
    void oneTryMeansOneTry() {
        github.service("GET", AGENTS + "/5", empty(500));
        try (ActionsClient strict =
                Clients.builder(github, waits).retry(RetrySettings.NONE).build()) {
            assertThatThrownBy(() -> strict.getRunner(5)).isInstanceOf(ActionsServiceException.class);
        }
        assertThat(github.requests("GET", "/5")).hasSize(1);
    }

    @Test
    void tellsTheMetricsAboutTriesAndWaits() throws Exception {
        github.service("GET", AGENTS + "/5", empty(503), json(200, "{\"id\":5}"));
        List<String> reported = new ArrayList<>();
        ClientMetrics metrics = new ClientMetrics() {
            @Override
            public void attempt(String operation, int status, Duration duration) {
                reported.add(operation + " " + status);
            }

            @Override
            public void retry(String operation, int status, Duration wait) {
                reported.add(operation + " again after " + status);
            }
        };
        try (ActionsClient measured =
                Clients.builder(github, waits).metrics(metrics).build()) {
            measured.getRunner(5);
        }

        assertThat(reported)
                .containsExactly(
                        "registrationToken 201",
                        "adminConnection 200",
                        "getRunner 503",
                        "getRunner again after 503",
                        "getRunner 200");
    }

    private static Operation service(String name, String method, String path, Reply good, Action action) {
        return new Operation(name, method, "/tenant" + path, good, true, action);
    }

    private static Operation once(String name, String path, Reply good, Action action) {
        return new Operation(name, "POST", "/tenant" + path, good, false, action);
    }
}
