package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.CONNECTION_PATH;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SETS;
import static io.github.arc4j.actions.FakeGitHub.SESSIONS;
import static io.github.arc4j.actions.FakeGitHub.SESSION_ID;
import static io.github.arc4j.actions.FakeGitHub.TOKEN_PATH;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static io.github.arc4j.actions.FakeGitHub.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.FakeGitHub.Reply;
import io.github.arc4j.actions.errors.ActionsException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every secret here has "geheim" in it; whatever goes wrong, neither exceptions nor logs nor texts of objects have. */
class SecretsTest {
    private static final String SESSION = "/tenant" + SESSIONS + "/" + SESSION_ID;

    /** A request that has a response with secrets, or is made with secrets. */
    private record Endpoint(String name, String method, String path, Action action) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    private interface Action {
        Object run(ActionsClient client) throws Exception;
    }

    private static final List<Endpoint> ENDPOINTS = List.of(
            new Endpoint("registrationToken", "POST", TOKEN_PATH, c -> c.getRunner(5)),
            new Endpoint("adminConnection", "POST", CONNECTION_PATH, c -> c.getRunner(5)),
            new Endpoint("getRunner", "GET", "/tenant" + AGENTS + "/5", c -> c.getRunner(5)),
            new Endpoint("findScaleSet", "GET", "/tenant" + SCALE_SETS, c -> c.findScaleSet(1, "set")),
            new Endpoint(
                    "generateJitConfig",
                    "POST",
                    "/tenant" + SCALE_SETS + "/7/generatejitconfig",
                    c -> c.generateJitConfig(7, "r", "")),
            new Endpoint("openSession", "POST", "/tenant" + SESSIONS, SecretsTest::open),
            new Endpoint("poll", "GET", "/queue", c -> open(c).poll(0, 1)),
            new Endpoint("deleteMessage", "DELETE", "/queue/4", c -> delete(open(c))),
            new Endpoint(
                    "acquireJobs",
                    "POST",
                    "/tenant" + SCALE_SETS + "/7/acquirejobs",
                    c -> open(c).acquireJobs(List.of(1L))),
            new Endpoint("refreshSession", "PATCH", SESSION, SecretsTest::refresh),
            new Endpoint("closeSession", "DELETE", SESSION, SecretsTest::close));

    /** Responses that a JSON parser would quote in its complaint. */
    private static final List<String> RESPONSES = List.of(
            "geheim",
            "\"geheim\"",
            "[\"geheim\"]",
            "[geheim]",
            "{\"geheim\"",
            "{\"token\":\"geheim",
            "{\"token\":geheim}",
            "{\"token\":{\"geheim\":1}}",
            "{\"url\":\"geheim\",\"token\":\"geheim\"}",
            "{\"url\":\"http://x.example\",\"token\":\"geheim.geheim.geheim\"}",
            "{\"url\":\"http://x.example/\\u0000geheim\",\"token\":\"geheim\"}",
            "{\"id\":\"geheim\"}",
            "{\"runner\":\"geheim\",\"encodedJITConfig\":\"geheim\"}",
            "{\"runner\":{},\"encodedJITConfig\":\"geheim\"}",
            "{\"encodedJITConfig\":[\"geheim\"]}",
            "{\"sessionId\":\"geheim\",\"messageQueueAccessToken\":\"geheim\"}",
            "{\"sessionId\":\"" + SESSION_ID + "\",\"statistics\":\"geheim\"}",
            "{\"sessionId\":\"" + SESSION_ID + "\",\"statistics\":{},\"messageQueueUrl\":\"geheim\","
                    + "\"messageQueueAccessToken\":\"geheim\"}",
            "{\"messageId\":\"geheim\"}",
            "{\"messageId\":4,\"messageType\":\"RunnerScaleSetJobMessages\",\"statistics\":{},\"body\":\"[geheim]\"}",
            "{\"count\":1,\"value\":[{\"id\":\"geheim\",\"createdOn\":\"geheim\"}]}",
            "{\"count\":1,\"value\":[{\"id\":1,\"createdOn\":\"geheim\"}]}",
            "{\"count\":1,\"value\":[\"geheim\"]}");

    private final FakeGitHub github = new FakeGitHub();
    private final StringWriter seen = new StringWriter();
    private final CapturedLog log = new CapturedLog();

    @BeforeEach
    void start() {
        github.on("POST", TOKEN_PATH, json(201, "{\"token\":\"geheim-registration\"}"))
                .on("POST", CONNECTION_PATH, connection())
                .on("POST", "/tenant" + SESSIONS, session())
                .on("PATCH", SESSION, session())
                .on("DELETE", SESSION, empty(204))
                .on("POST", "/tenant" + SCALE_SETS + "/7/acquirejobs", empty(401));
    }

    @AfterEach
    void stop() {
        log.close();
        github.close();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("unreadable")
    void aResponseThatCannotBeReadIsNotQuoted(Endpoint endpoint, String response) throws Exception {
        github.on(endpoint.method, endpoint.path, json(success(endpoint), response));

        call(endpoint);

        assertThat(seen.toString()).doesNotContain("geheim");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("rejections")
    void aRejectionThatRepeatsTheRequestIsCleaned(Endpoint endpoint, int status, boolean asJson) throws Exception {
        github.on(endpoint.method, endpoint.path, exchange -> {
            String heard = exchange.getRequestHeaders().getFirst("Authorization") + " for " + exchange.getRequestURI();
            (asJson ? json(status, "{\"typeName\":\"T\",\"message\":\"" + heard + "\"}") : text(status, heard))
                    .send(exchange);
        });

        call(endpoint);

        assertThat(seen.toString()).contains(Integer.toString(status)).doesNotContain("geheim");
    }

    private static Stream<Arguments> unreadable() {
        return ENDPOINTS.stream()
                .filter(endpoint -> !endpoint.name.equals("deleteMessage") && !endpoint.name.equals("closeSession"))
                .flatMap(endpoint -> RESPONSES.stream().map(response -> Arguments.of(endpoint, response)));
    }

    private static Stream<Arguments> rejections() {
        return ENDPOINTS.stream()
                .flatMap(endpoint -> Stream.of(400, 401, 409, 500)
                        .flatMap(status ->
                                Stream.of(true, false).map(asJson -> Arguments.of(endpoint, status, asJson))));
    }

    /** Makes the call and keeps the texts of all that comes of it. */
    private void call(Endpoint endpoint) throws Exception {
        try (ActionsClient client = ActionsClient.builder(github.config(), () -> new PersonalAccessToken("geheim-pat"))
                .retry(RetrySettings.DEFAULT.withMaxAttempts(2))
                .sleeper(wait -> {})
                .build()) {
            seen.append(client.toString());
            seen.append(String.valueOf(endpoint.action.run(client)));
        } catch (ActionsException e) {
            e.printStackTrace(new PrintWriter(seen));
            seen.append(e.typeName());
        }
        log.writeTo(new PrintWriter(seen));
    }

    private static int success(Endpoint endpoint) {
        return endpoint.name.equals("registrationToken") ? 201 : 200;
    }

    private static MessageSession open(ActionsClient client) throws InterruptedException {
        return client.openSession(7, "me");
    }

    private static MessageSession delete(MessageSession session) throws InterruptedException {
        session.deleteMessage(4);
        return session;
    }

    private static Object close(ActionsClient client) throws InterruptedException {
        MessageSession session = open(client);
        session.close();
        return session;
    }

    private static Object refresh(ActionsClient client) throws InterruptedException {
        return open(client).acquireJobs(List.of(1L));
    }

    private Reply connection() {
        String token = FakeGitHub.jwt(
                        "{\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond() + "}")
                .replace("signature", "geheim-admin");
        return json(200, "{\"url\":\"" + github.uri("/tenant/") + "\",\"token\":\"" + token + "\"}");
    }

    private Reply session() {
        return json(200, github.sessionJson("geheim-queue").replace("key=1", "key=geheim"));
    }
}
