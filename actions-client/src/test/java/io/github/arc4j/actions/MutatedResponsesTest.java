package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SET;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SETS;
import static io.github.arc4j.actions.FakeGitHub.STATISTICS;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses of every shape, broken in many ways. Messages have a test of their own. */
class MutatedResponsesTest {
    private static final int INPUTS_PER_CALL = 800;

    private static final String RUNNER = "{\"id\":5,\"name\":\"runner\",\"runnerScaleSetId\":7,\"status\":\"online\"}";
    private static final String LABELLED =
            "{\"id\":7,\"name\":\"set\",\"runnerGroupId\":1,\"runnerGroupName\":\"Default\",\"labels\":[{\"type\":\"System\","
                    + "\"name\":\"set\"}],\"RunnerSetting\":{\"disableUpdate\":true},\"createdOn\":\"2024-05-06T07:08:09Z\","
                    + "\"statistics\":" + STATISTICS + "}";

    @FunctionalInterface
    private interface Action {
        Object run(ActionsClient client, MessageSession session) throws Exception;
    }

    /** A request, its good response, and a call that makes it. */
    private record Subject(String method, String path, int status, String response, Action action) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static final List<Subject> SUBJECTS = List.of(
            rest(FakeGitHub.TOKEN_PATH, 201, "{\"token\":\"abc\",\"expires_at\":\"2030-01-02T03:04:05Z\"}"),
            rest(FakeGitHub.CONNECTION_PATH, 200, connection()),
            service(
                    "GET",
                    "/_apis/runtime/runnergroups/",
                    page("{\"id\":1,\"name\":\"g\",\"size\":2,\"isDefaultGroup\":true}"),
                    (c, s) -> c.getRunnerGroup("g")),
            service("GET", SCALE_SETS, page(LABELLED), (c, s) -> c.findScaleSet(1, "set")),
            service("GET", SCALE_SETS + "/7", LABELLED, (c, s) -> c.getScaleSet(7)),
            service("POST", SCALE_SETS, LABELLED, (c, s) -> c.createScaleSet(named())),
            service("PATCH", SCALE_SETS + "/7", LABELLED, (c, s) -> c.updateScaleSet(7, named())),
            service("GET", AGENTS, page(RUNNER), (c, s) -> c.findRunner("runner")),
            service("GET", AGENTS + "/5", RUNNER, (c, s) -> c.getRunner(5)),
            service(
                    "POST",
                    SCALE_SETS + "/7/generatejitconfig",
                    "{\"runner\":" + RUNNER + ",\"encodedJITConfig\":\"abc\"}",
                    (c, s) -> c.generateJitConfig(7, "runner", "")),
            service("POST", SCALE_SETS + "/7/acquirejobs", page("1,2,3"), (c, s) -> s.acquireJobs(List.of(1L))),
            service(
                    "GET",
                    SCALE_SETS + "/7/acquirablejobs",
                    page("{\"messageType\":\"JobAvailable\",\"runnerRequestId\":3,\"requestLabels\":[\"a\"]}"),
                    (c, s) -> c.acquirableJobs(7)),
            service("POST", SCALE_SETS + "/8/sessions", session(), (c, s) -> c.openSession(8, "me")),
            service(
                    "PATCH",
                    FakeGitHub.SESSIONS + "/" + FakeGitHub.SESSION_ID,
                    session(),
                    (c, s) -> c.openSession(7, "me").acquireJobs(List.of(1L))));

    @ParameterizedTest
    @MethodSource("subjects")
    void aMutatedResponseIsAResponseOrATypedError(Subject subject) throws Exception {
        Random random = new Random(4);
        try (Calls calls = new Calls()) {
            for (int i = 0; i < INPUTS_PER_CALL; i++) {
                calls.make(subject, subject.status, Mutations.mutate(subject.response, random));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 500})
    void aMutatedErrorIsATypedError(int status) throws Exception {
        Random random = new Random(status);
        String error =
                "{\"$id\":\"1\",\"typeName\":\"GitHub.Services.AgentExistsException, GitHub\",\"message\":\"why\"}";
        for (Subject subject : SUBJECTS) {
            try (Calls calls = new Calls()) {
                for (int i = 0; i < INPUTS_PER_CALL / 20; i++) {
                    calls.make(subject, status, Mutations.mutate(error, random));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aByteOrderMarkIsDropped(Subject subject) throws Exception {
        try (Calls calls = new Calls()) {
            assertThat(calls.make(subject, subject.status, "\uFEFF" + subject.response))
                    .isNotNull();
        }
    }

    private static List<Subject> subjects() {
        return SUBJECTS;
    }

    /** Of the registration, with which every client begins. */
    private static Subject rest(String path, int status, String response) {
        return new Subject("POST", path, status, response, (c, s) -> c.getRunner(5));
    }

    private static Subject service(String method, String path, String response, Action action) {
        return new Subject(method, "/tenant" + path, 200, response, action);
    }

    private static String connection() {
        // reached through a proxy, so that a mutated name leads nowhere else
        return "{\"url\":\"http://service.test/tenant/\",\"token\":\"" + FakeGitHub.jwt("{\"exp\":99999999999}")
                + "\"}";
    }

    private static String session() {
        return "{\"sessionId\":\"" + FakeGitHub.SESSION_ID + "\",\"ownerName\":\"me\",\"runnerScaleSet\":" + SCALE_SET
                + ",\"messageQueueUrl\":\"https://x.example/q?a=1\",\"messageQueueAccessToken\":\"t\","
                + "\"statistics\":" + STATISTICS + "}";
    }

    private static RunnerScaleSet named() {
        return RunnerScaleSet.builder().name("set").build();
    }

    private static String page(String values) {
        return "{\"count\":1,\"value\":[" + values + "]}";
    }

    /** A client and its session at a GitHub that answers as told, and is the proxy for all other hosts. */
    private static final class Calls implements AutoCloseable {
        private final FakeGitHub github = new FakeGitHub();
        private final ActionsClient client = client();
        private final MessageSession session;

        Calls() throws InterruptedException {
            github.session();
            session = client.openSession(7, "me");
            github.service("GET", AGENTS + "/5", json(200, RUNNER));
        }

        private ActionsClient client() {
            String proxy = github.uri("").toString();
            return Clients.builder(github, new Clients.Waits())
                    .retry(RetrySettings.NONE)
                    .proxy(ProxySettings.of(proxy, proxy, null))
                    .build();
        }

        @Nullable Object make(Subject subject, int status, String response) throws Exception {
            // so that the session is refreshed
            github.service("POST", SCALE_SETS + "/7/acquirejobs", empty(401), FakeGitHub.page("1"));
            github.on(subject.method, subject.path, json(status, response));
            if (!subject.path.startsWith("/api/")) {
                return make(subject, client, response);
            }
            try (ActionsClient unregistered = client()) {
                return make(subject, unregistered, response);
            }
        }

        private @Nullable Object make(Subject subject, ActionsClient caller, String response) throws Exception {
            try {
                Object value = subject.action.run(caller, session);
                assertThat(value).isNotNull();
                return value;
            } catch (ActionsException e) {
                assertThat(e.getMessage()).isNotBlank();
                return null;
            } catch (RuntimeException e) {
                return fail("no typed error for " + response, e);
            }
        }

        @Override
        public void close() {
            session.close();
            client.close();
            github.close();
        }
    }
}
