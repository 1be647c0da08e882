package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SET;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SETS;
import static io.github.arc4j.actions.FakeGitHub.STATISTICS;
import static io.github.arc4j.actions.FakeGitHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of every shape, broken in many ways. Messages have a test of their own. */
class MutatedAnswersTest {
    private static final int INPUTS_PER_CALL = 1000;

    private static final String RUNNER = "{\"id\":5,\"name\":\"runner\",\"runnerScaleSetId\":7}";
    private static final String LABELLED =
            "{\"id\":7,\"name\":\"set\",\"runnerGroupId\":1,\"runnerGroupName\":\"Default\",\"labels\":[{\"type\":\"System\","
                    + "\"name\":\"set\"}],\"RunnerSetting\":{\"disableUpdate\":true},\"createdOn\":\"2024-05-06T07:08:09Z\","
                    + "\"statistics\":" + STATISTICS + "}";

    @FunctionalInterface
    private interface Action {
        Object run(ActionsClient client, MessageSession session) throws Exception;
    }

    private record Subject(String method, String path, String answer, Action action) {}

    private static final List<Subject> SUBJECTS = List.of(
            new Subject(
                    "GET",
                    "/_apis/runtime/runnergroups/",
                    page("{\"id\":1,\"name\":\"g\",\"size\":2,\"isDefaultGroup\":true}"),
                    (c, s) -> c.getRunnerGroup("g")),
            new Subject("GET", SCALE_SETS, page(LABELLED), (c, s) -> c.findScaleSet(1, "set")),
            new Subject("GET", SCALE_SETS + "/7", LABELLED, (c, s) -> c.getScaleSet(7)),
            new Subject("GET", AGENTS, page(RUNNER), (c, s) -> c.findRunner("runner")),
            new Subject("GET", AGENTS + "/5", RUNNER, (c, s) -> c.getRunner(5)),
            new Subject(
                    "POST",
                    SCALE_SETS + "/7/generatejitconfig",
                    "{\"runner\":" + RUNNER + ",\"encodedJITConfig\":\"abc\"}",
                    (c, s) -> c.generateJitConfig(7, "runner", "")),
            new Subject("POST", SCALE_SETS + "/7/acquirejobs", page("1,2,3"), (c, s) -> s.acquireJobs(List.of(1L))),
            new Subject(
                    "GET",
                    SCALE_SETS + "/7/acquirablejobs",
                    page("{\"messageType\":\"JobAvailable\",\"runnerRequestId\":3,\"requestLabels\":[\"a\"]}"),
                    (c, s) -> c.acquirableJobs(7)),
            new Subject(
                    "POST",
                    SCALE_SETS + "/8/sessions",
                    "{\"sessionId\":\"" + FakeGitHub.SESSION_ID + "\",\"ownerName\":\"me\",\"runnerScaleSet\":"
                            + SCALE_SET
                            + ",\"messageQueueUrl\":\"https://x.example/q?a=1\",\"messageQueueAccessToken\":\"t\","
                            + "\"statistics\":" + STATISTICS + "}",
                    (c, s) -> c.openSession(8, "me")));

    @Test
    void aMutatedAnswerIsAnAnswerOrATypedError() throws Exception {
        Random random = new Random(4);
        for (Subject subject : SUBJECTS) {
            try (Calls calls = new Calls()) {
                for (int i = 0; i < INPUTS_PER_CALL; i++) {
                    calls.make(subject, 200, Mutations.mutate(subject.answer, random));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 500})
    void aMutatedErrorIsATypedError(int status) throws Exception {
        Random random = new Random(status);
        String error =
                "{\"$id\":\"1\",\"typeName\":\"GitHub.Services.AgentExistsException, GitHub\",\"message\":\"why\"}";
        try (Calls calls = new Calls()) {
            for (int i = 0; i < INPUTS_PER_CALL / 4; i++) {
                calls.make(SUBJECTS.get(i % SUBJECTS.size()), status, Mutations.mutate(error, random));
            }
        }
    }

    private static String page(String values) {
        return "{\"count\":1,\"value\":[" + values + "]}";
    }

    /** A client and its session at a GitHub that answers as told. */
    private static final class Calls implements AutoCloseable {
        private final FakeGitHub github = new FakeGitHub();
        private final ActionsClient client = Clients.builder(github, new Clients.Waits())
                .retry(RetrySettings.NONE)
                .build();
        private final MessageSession session;

        Calls() throws InterruptedException {
            github.session();
            session = client.openSession(7, "me");
        }

        void make(Subject subject, int status, String answer) throws Exception {
            github.service(subject.method, subject.path, json(status, answer));
            try {
                assertThat(subject.action.run(client, session)).isNotNull();
            } catch (ActionsException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException e) {
                fail("no typed error for " + status + " " + answer, e);
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
