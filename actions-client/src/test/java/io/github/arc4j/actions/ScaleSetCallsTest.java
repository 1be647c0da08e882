package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SET;
import static io.github.arc4j.actions.FakeGitHub.SCALE_SETS;
import static io.github.arc4j.actions.FakeGitHub.STATISTICS;
import static io.github.arc4j.actions.FakeGitHub.empty;
import static io.github.arc4j.actions.FakeGitHub.json;
import static io.github.arc4j.actions.FakeGitHub.page;
import static io.github.arc4j.actions.FakeGitHub.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.FakeGitHub.Seen;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ActionsServiceException;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.errors.RunnerGroupNotFoundException;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Label;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.actions.model.RunnerSetting;
import io.github.arc4j.actions.model.RunnerStatus;
import io.github.arc4j.actions.model.Statistics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleSetCallsTest {
    private static final String GROUPS = "/_apis/runtime/runnergroups/";
    private static final String NOT_FOUND =
            "{\"typeName\":\"GitHub.Actions.Runtime.WebApi.RunnerScaleSetNotFoundException, X\",\"message\":\"gone\"}";
    private static final String NO_AGENT =
            "{\"typeName\":\"GitHub.DistributedTask.WebApi.AgentNotFoundException, X\",\"message\":\"gone\"}";

    private final FakeGitHub github = new FakeGitHub();
    private ActionsClient client;

    @BeforeEach
    void start() {
        client = Clients.client(github);
    }

    @AfterEach
    void stop() {
        client.close();
        github.close();
    }

    @Test
    void findsARunnerGroup() throws Exception {
        github.service("GET", GROUPS, page("{\"id\":3,\"name\":\"Fast\",\"size\":9,\"isDefaultGroup\":true}"));

        assertThat(client.getRunnerGroup("Fast")).isEqualTo(new RunnerGroup(3, "Fast", 9, true));
        assertThat(github.only("GET", GROUPS).query()).isEqualTo("api-version=6.0-preview&groupName=Fast");
    }

    @Test
    void reportsAMissingGroup() {
        github.service("GET", GROUPS, page());

        assertThatThrownBy(() -> client.getRunnerGroup("Fast"))
                .isInstanceOf(RunnerGroupNotFoundException.class)
                .hasMessage("no runner group found with name \"Fast\"");
    }

    @Test
    void rejectsAGroupWithoutAnId() {
        github.service("GET", GROUPS, page("{\"name\":\"Fast\"}"));

        assertThatThrownBy(() -> client.getRunnerGroup("Fast"))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageEndingWith("an object without an id");
    }

    @Test
    void rejectsSeveralOfOneName() {
        github.service("GET", GROUPS, page("{\"id\":1}", "{\"id\":2}"))
                .service("GET", SCALE_SETS, page(SCALE_SET, SCALE_SET))
                .service("GET", AGENTS, page("{\"id\":1}", "{\"id\":2}"));

        assertThatThrownBy(() -> client.getRunnerGroup("n"))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageEndingWith("multiple runner group found with name \"n\"")
                .satisfies(e -> assertThat(((ActionsException) e).retryable()).isFalse());
        assertThatThrownBy(() -> client.findScaleSet(1, "n"))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageEndingWith("multiple runner scale sets found with name \"n\"");
        assertThatThrownBy(() -> client.findRunner("n"))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageEndingWith("multiple runners found with name \"n\"");
    }

    @ParameterizedTest
    @CsvSource({
        "plain-name_1.2~3, plain-name_1.2~3",
        "two words, two+words",
        "a&b=c, a%26b%3Dc",
        "50%, 50%25",
        "a+b;c#d, a%2Bb%3Bc%23d",
        "%41*, %2541%2A",
        "größe, gr%C3%B6%C3%9Fe"
    })
    void escapesNamesInQueries(String name, String escaped) throws Exception {
        github.service("GET", SCALE_SETS, page())
                .service("GET", AGENTS, page())
                .service("GET", GROUPS, page("{\"id\":1}"));

        client.findScaleSet(1, name);
        client.findRunner(name);
        client.getRunnerGroup(name);

        assertThat(github.only("GET", SCALE_SETS).query())
                .isEqualTo("api-version=6.0-preview&name=" + escaped + "&runnerGroupId=1");
        assertThat(github.only("GET", AGENTS).query()).isEqualTo("agentName=" + escaped + "&api-version=6.0-preview");
        assertThat(github.only("GET", GROUPS).query()).isEqualTo("api-version=6.0-preview&groupName=" + escaped);
    }

    @Test
    void readsEverythingOfAScaleSet() throws Exception {
        github.service(
                "GET",
                SCALE_SETS + "/7",
                json(
                        200,
                        "{\"id\":7,\"name\":\"set\",\"runnerGroupId\":2,\"runnerGroupName\":\"Fast\","
                                + "\"labels\":[{\"id\":1,\"type\":\"System\",\"name\":\"a\"},{\"type\":\"User\",\"name\":\"b\"}],"
                                + "\"runnerSetting\":{\"disableUpdate\":true},\"createdOn\":\"2024-05-06T09:08:09.5+02:00\","
                                + "\"runnerJitConfigUrl\":\"http://jit\",\"statistics\":" + STATISTICS
                                + ",\"new\":{}}"));

        assertThat(client.getScaleSet(7))
                .contains(new RunnerScaleSet(
                        7,
                        "set",
                        2,
                        "Fast",
                        List.of(new Label("System", "a"), new Label("User", "b")),
                        new RunnerSetting(true),
                        Instant.parse("2024-05-06T07:08:09.500Z"),
                        "http://jit",
                        new Statistics(1, 2, 3, 4, 5, 6, 7)));
    }

    @Test
    void readsKeysInAnyCaseAndNullsAsNothing() throws Exception {
        github.service(
                "GET",
                SCALE_SETS + "/7",
                json(
                        200,
                        "{\"ID\":7,\"Name\":\"set\",\"runnerGroupName\":null,\"labels\":null,"
                                + "\"RunnerSetting\":{\"DisableUpdate\":true},\"createdOn\":\"0001-01-01T00:00:00Z\",\"statistics\":null}"));

        assertThat(client.getScaleSet(7))
                .contains(RunnerScaleSet.builder()
                        .id(7)
                        .name("set")
                        .disableUpdate(true)
                        .build());
    }

    @Test
    void findsAScaleSetOrNone() throws Exception {
        github.service("GET", SCALE_SETS, page(SCALE_SET), page(), json(200, "{\"count\":0,\"value\":null}"));

        assertThat(client.findScaleSet(1, "set").orElseThrow().id()).isEqualTo(7);
        assertThat(client.findScaleSet(1, "set")).isEmpty();
        assertThat(client.findScaleSet(1, "set")).isEmpty();
    }

    @Test
    void createsAScaleSetWithItsNameAsLabel() throws Exception {
        github.service("POST", SCALE_SETS, json(200, SCALE_SET));

        client.createScaleSet(RunnerScaleSet.builder()
                .name("n")
                .runnerGroupId(1)
                .disableUpdate(true)
                .build());

        assertThat(github.only("POST", SCALE_SETS).body())
                .isEqualTo("{\"name\":\"n\",\"runnerGroupId\":1,\"labels\":[{\"type\":\"System\",\"name\":\"n\"}],"
                        + "\"RunnerSetting\":{\"disableUpdate\":true},\"createdOn\":\"0001-01-01T00:00:00Z\"}");
    }

    @Test
    void createsAScaleSetWithLabels() throws Exception {
        github.service("POST", SCALE_SETS, json(200, SCALE_SET));

        client.createScaleSet(RunnerScaleSet.builder()
                .labels(List.of(new Label("", "<a&b>"), new Label("User", "c")))
                .build());

        assertThat(github.only("POST", SCALE_SETS).body())
                .isEqualTo(
                        "{\"labels\":[{\"type\":\"System\",\"name\":\"\\u003ca\\u0026b\\u003e\"},"
                                + "{\"type\":\"User\",\"name\":\"c\"}],\"RunnerSetting\":{},\"createdOn\":\"0001-01-01T00:00:00Z\"}");
    }

    @Test
    void rejectsToCreateAScaleSetWithoutNameAndLabels() {
        assertThatThrownBy(() -> client.createScaleSet(RunnerScaleSet.builder().build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("validating runner scale set: runner scale set must have a name or at least one label");
        assertThat(github.requests()).isEmpty();
    }

    @Test
    void updatesOnlyWhatIsGiven() throws Exception {
        github.service("PATCH", SCALE_SETS + "/7", json(200, SCALE_SET));

        client.updateScaleSet(7, RunnerScaleSet.builder().runnerGroupId(2).build());
        client.updateScaleSet(7, RunnerScaleSet.builder().name("n").build());

        assertThat(github.requests("PATCH", "/7"))
                .extracting(Seen::body)
                .containsExactly(
                        "{\"runnerGroupId\":2,\"RunnerSetting\":{},\"createdOn\":\"0001-01-01T00:00:00Z\"}",
                        "{\"name\":\"n\",\"RunnerSetting\":{},\"createdOn\":\"0001-01-01T00:00:00Z\"}");
    }

    @Test
    void deletingAMissingScaleSetSucceeds() throws Exception {
        github.service("DELETE", SCALE_SETS + "/7", empty(204), json(404, NOT_FOUND));

        client.deleteScaleSet(7);
        client.deleteScaleSet(7);

        assertThat(github.requests("DELETE", "/7")).hasSize(2);
    }

    @Test
    void recognizesDeletedScaleSets() throws Exception {
        github.service("GET", SCALE_SETS + "/7", json(404, NOT_FOUND))
                .service("PATCH", SCALE_SETS + "/7", json(404, NOT_FOUND))
                .service("POST", SCALE_SETS + "/7/generatejitconfig", json(404, NOT_FOUND));

        assertThat(client.getScaleSet(7)).isEmpty();
        assertThatThrownBy(
                        () -> client.updateScaleSet(7, RunnerScaleSet.builder().build()))
                .isInstanceOf(ScaleSetNotFoundException.class);
        assertThatThrownBy(() -> client.generateJitConfig(7, "r", "")).isInstanceOf(ScaleSetNotFoundException.class);
    }

    @Test
    void doesNotBelieveANotFoundThatIsNotTheServices() {
        github.service("DELETE", SCALE_SETS + "/7", text(404, "nginx"))
                .service("DELETE", AGENTS + "/5", text(404, "nginx"))
                .service("GET", AGENTS + "/5", text(404, "nginx"));

        assertThatThrownBy(() -> client.deleteScaleSet(7)).isInstanceOf(ActionsServiceException.class);
        assertThatThrownBy(() -> client.removeRunner(5)).isInstanceOf(ActionsServiceException.class);
        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(ActionsServiceException.class);
    }

    @Test
    void believesANotFoundThatTheServiceSigned() throws Exception {
        github.service("DELETE", AGENTS + "/5", empty(404, "ActivityId", "a-1"));

        client.removeRunner(5);
    }

    @Test
    void aScaleSetIsMissingOnlyIfTheServiceSaysSo() {
        String path = SCALE_SETS + "/7/generatejitconfig";
        github.service("POST", path, text(404, "nginx"), empty(404, "ActivityId", "a-1"));

        assertThatThrownBy(() -> client.generateJitConfig(7, "r", ""))
                .isExactlyInstanceOf(ActionsServiceException.class);
        assertThatThrownBy(() -> client.generateJitConfig(7, "r", "")).isInstanceOf(ScaleSetNotFoundException.class);
    }

    @Test
    void listsAcquirableJobs() throws Exception {
        github.service(
                "GET",
                SCALE_SETS + "/7/acquirablejobs",
                page("{\"runnerRequestId\":3,\"ownerName\":\"acme\",\"acquireJobUrl\":\"http://x\"}"),
                empty(204));

        assertThat(client.acquirableJobs(7)).singleElement().satisfies(job -> {
            assertThat(job.job().runnerRequestId()).isEqualTo(3);
            assertThat(job.job().ownerName()).isEqualTo("acme");
        });
        assertThat(client.acquirableJobs(7)).isEmpty();
    }

    @Test
    void generatesAJitConfig() throws Exception {
        github.service(
                "POST",
                SCALE_SETS + "/7/generatejitconfig",
                json(
                        200,
                        "{\"runner\":{\"id\":5,\"name\":\"r\",\"runnerScaleSetId\":7},\"encodedJITConfig\":\"Z2VoZWlt\"}"));

        assertThat(client.generateJitConfig(7, "r", "_work"))
                .isEqualTo(new JitConfig(new Runner(5, "r", 7), "Z2VoZWlt"));
        client.generateJitConfig(7, "r", "");
        assertThat(github.requests("POST", "/generatejitconfig"))
                .extracting(Seen::body)
                .containsExactly("{\"name\":\"r\",\"workFolder\":\"_work\"}", "{\"name\":\"r\",\"workFolder\":\"\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"runner\":{\"id\":5}}",
                "{\"runner\":{\"id\":5},\"encodedJITConfig\":\"\"}",
                "{\"runner\":{\"id\":0},\"encodedJITConfig\":\"x\"}",
                "{\"runner\":null,\"encodedJITConfig\":\"x\"}",
                "{\"runner\":{\"id\":\"5\"},\"encodedJITConfig\":\"x\"}",
                "{\"runner\":{\"id\":5.5},\"encodedJITConfig\":\"x\"}",
                "{\"runner\":{\"id\":99999999999999999999},\"encodedJITConfig\":\"x\"}",
                "{\"runner\":{\"id\":5},\"encodedJITConfig\":\"x\"} more",
                "null",
                "<html>"
            })
    void aJitConfigThatIsNoneIsATypedErrorOfUnknownOutcome(String response) {
        github.service("POST", SCALE_SETS + "/7/generatejitconfig", json(200, response));

        assertThatThrownBy(() -> client.generateJitConfig(7, "r", ""))
                .isInstanceOf(InvalidResponseException.class)
                .satisfies(
                        e -> assertThat(((ActionsException) e).outcomeUnknown()).isTrue());
        assertThat(github.requests("POST", "/generatejitconfig")).hasSize(1);
    }

    @Test
    void getsAndFindsRunners() throws Exception {
        String runner = "{\"id\":5,\"name\":\"r\",\"runnerScaleSetId\":7}";
        github.service("GET", AGENTS + "/5", json(200, runner), json(404, NO_AGENT), json(400, NO_AGENT))
                .service("GET", AGENTS, page(runner), page());

        assertThat(client.getRunner(5)).contains(new Runner(5, "r", 7));
        assertThat(client.getRunner(5)).isEmpty();
        assertThat(client.getRunner(5)).isEmpty();
        assertThat(client.findRunner("r")).contains(new Runner(5, "r", 7));
        assertThat(client.findRunner("r")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"online\"|ONLINE",
                "\"Offline\"|OFFLINE",
                "\"asleep\"|UNKNOWN",
                "\"\"|UNKNOWN",
                "null|UNKNOWN",
                "2|UNKNOWN",
                "{}|UNKNOWN"
            })
    void readsTheStatusOfARunner(String sent, RunnerStatus status) throws Exception {
        String runner = "{\"id\":5,\"name\":\"r\",\"runnerScaleSetId\":7,\"status\":" + sent + "}";
        github.service("GET", AGENTS + "/5", json(200, runner)).service("GET", AGENTS, page(runner));

        assertThat(client.getRunner(5)).contains(new Runner(5, "r", 7, status));
        assertThat(client.findRunner("r")).contains(new Runner(5, "r", 7, status));
    }

    @Test
    void theStatusOfARunnerIsUnknownUnlessSent() throws Exception {
        github.service("GET", AGENTS + "/5", json(200, "{\"id\":5,\"name\":\"r\"}"));

        assertThat(client.getRunner(5)).map(Runner::status).contains(RunnerStatus.UNKNOWN);
    }

    @Test
    void removingAMissingRunnerSucceeds() throws Exception {
        github.service("DELETE", AGENTS + "/5", empty(204), json(404, NO_AGENT));

        client.removeRunner(5);
        client.removeRunner(5);

        assertThat(github.requests("DELETE", "/5")).hasSize(2);
    }

    @Test
    void aByteOrderMarkBeforeAResponseIsIgnored() throws Exception {
        github.service("GET", AGENTS + "/5", json(200, "\uFEFF{\"id\":5,\"name\":\"r\"}"))
                .service("GET", SCALE_SETS + "/7", text(500, "\uFEFFbroken"));

        assertThat(client.getRunner(5)).isPresent();
        assertThatThrownBy(() -> client.getScaleSet(7)).hasMessageEndingWith(": broken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\":0,\"name\":\"x\"}", "{}", "[]", "7", "\"x\"", "null", "", "{\"id\":7", "\u0000"})
    void aResponseWithoutAnObjectIsATypedError(String response) {
        github.service("GET", SCALE_SETS + "/7", json(200, response))
                .service("GET", AGENTS + "/5", json(200, response))
                .service("GET", SCALE_SETS, json(200, "{\"count\":1,\"value\":[" + response + "]}"));

        assertThatThrownBy(() -> client.getScaleSet(7)).isInstanceOf(InvalidResponseException.class);
        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(InvalidResponseException.class);
        if (!response.isEmpty()) {
            assertThatThrownBy(() -> client.findScaleSet(1, "n")).isInstanceOf(InvalidResponseException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "{\"count\":2}", "{\"value\":{}}", "{\"count\":1,\"value\":[null]}", "7"})
    void aResponseWithoutAListIsATypedError(String response) {
        github.service("GET", AGENTS, json(200, response));

        assertThatThrownBy(() -> client.findRunner("n")).isInstanceOf(InvalidResponseException.class);
    }

    @Test
    void aDeeplyNestedResponseIsATypedError() {
        github.service("GET", AGENTS + "/5", json(200, "[".repeat(100_000)));

        assertThatThrownBy(() -> client.getRunner(5)).isInstanceOf(InvalidResponseException.class);
    }
}
