package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScaleSetTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final GitHubSimulator simulator = GitHubSimulator.start(
            SimulatorOptions.builder().runnerGroups(List.of("big machines")).build());
    private WireClient client;

    @BeforeEach
    void connect() throws Exception {
        client = WireClient.connected(simulator, "org/repo");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void runnerGroupsAreFoundByName() throws Exception {
        String path = "/_apis/runtime/runnergroups/?groupName=";
        WireClient.Response group = client.call("GET", path + "big+machines", "");
        assertThat(group.json().path("count").asInt()).isEqualTo(1);
        assertThat(group.json().at("/value/0/id").asInt()).isEqualTo(2);
        assertThat(group.json().at("/value/0/isDefaultGroup").asBoolean()).isFalse();
        assertThat(client.call("GET", path + "default", "")
                        .json()
                        .at("/value/0/isDefaultGroup")
                        .asBoolean())
                .isTrue();
        assertThat(client.call("GET", path + "none", "").json().path("count").asInt())
                .isZero();
    }

    @Test
    void createsFindsAndReadsAScaleSet() throws Exception {
        WireClient.Response created = client.create("set");
        assertThat(created.status()).isEqualTo(200);
        int id = created.json().path("id").asInt();
        assertThat(created.json().at("/RunnerSetting/disableUpdate").asBoolean())
                .isTrue();
        assertThat(created.json().path("runnerGroupName").asText()).isEqualTo("Default");
        assertThat(created.json().at("/labels/0/type").asText()).isEqualTo("System");
        assertThat(created.json().path("runnerJitConfigUrl").asText()).endsWith("/" + id + "/generatejitconfig");
        assertThat(created.json().at("/statistics/totalAssignedJobs").isInt()).isTrue();

        WireClient.Response found = client.call("GET", WireClient.SETS + "?runnerGroupId=1&name=set", "");
        assertThat(found.json().at("/value/0/id").asInt()).isEqualTo(id);
        assertThat(client.call("GET", WireClient.SETS + "/" + id, "")
                        .json()
                        .path("name")
                        .asText())
                .isEqualTo("set");
        assertThat(client.call("GET", WireClient.SETS + "?runnerGroupId=2&name=set", "")
                        .json()
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void nameIsUniquePerGroupAndScope() throws Exception {
        client.create("set");
        WireClient.Response second = client.create("SET");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.type()).contains("RunnerScaleSetExistsException");
        assertThat(second.json().path("typeKey").asText()).isEqualTo("RunnerScaleSetExistsException");
        assertThat(WireClient.connected(simulator, "other").create("set").status())
                .isEqualTo(200);
    }

    @Test
    void otherScopesDoNotSeeTheScaleSet() throws Exception {
        int id = client.scaleSet("set");
        WireClient other = WireClient.connected(simulator, "other");
        WireClient.Response response = other.call("GET", WireClient.SETS + "/" + id, "");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.type()).contains("RunnerScaleSetNotFoundException");
    }

    @Test
    void updateChangesOnlySpecifiedFields() throws Exception {
        int id = client.scaleSet("set");
        String rest = "\"RunnerSetting\":{},\"createdOn\":\"0001-01-01T00:00:00Z\"}";
        client.call("PATCH", WireClient.SETS + "/" + id, "{\"runnerGroupId\":2," + rest);
        client.call("PATCH", WireClient.SETS + "/" + id, "{\"name\":\"renamed\"," + rest);
        WireClient.Response updated =
                client.call("PATCH", WireClient.SETS + "/" + id, "{\"labels\":[{\"name\":\"gpu\"}]," + rest);
        assertThat(updated.json().path("name").asText()).isEqualTo("renamed");
        assertThat(updated.json().path("runnerGroupName").asText()).isEqualTo("big machines");
        assertThat(updated.json().at("/labels/0/name").asText()).isEqualTo("gpu");
        assertThat(updated.json().at("/labels/0/type").asText()).isEqualTo("System");
        assertThat(updated.json().at("/RunnerSetting/disableUpdate").asBoolean())
                .isTrue();
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void updateCannotUseTheNameOfAnotherScaleSet() throws Exception {
        client.create("one");
        int two = client.scaleSet("two");
        WireClient.Response response = client.call(
                "PATCH",
                WireClient.SETS + "/" + two,
                "{\"name\":\"one\",\"RunnerSetting\":{},\"createdOn\":\"0001-01-01T00:00:00Z\"}");
        assertThat(response.status()).isEqualTo(409);
    }

    @Test
    void deletionEndsTheSessionAndIdleRunnersAndRequeuesJobs() throws Exception {
        int id = client.scaleSet("set");
        String jit = client.jit(id, "idle").json().path("encodedJITConfig").asText();
        WireClient.Session session = client.session(id);
        simulator.queueJob(JobRequest.of("set"));
        assertThat(client.poll(session, 0, 5).status()).isEqualTo(200);
        try (RunnerProcess runner = new RunnerProcess(
                simulator,
                client.jit(id, "online").json().path("encodedJITConfig").asText())) {
            simulator.await(sim -> sim.runners().stream().anyMatch(RunnerView::online), SOON);

            assertThat(client.call("DELETE", WireClient.SETS + "/" + id, "").status())
                    .isEqualTo(204);

            assertThat(runner.exit()).isEqualTo("exit=1 result=removed");
        }
        assertThat(simulator.runRunner(jit)).isEqualTo(new RunnerExit(1, "not-registered"));
        assertThat(simulator.runners()).isEmpty();
        assertThat(simulator.sessions()).isEmpty();
        assertThat(simulator.summary().queued()).isEqualTo(1);
        WireClient.Response poll = client.poll(session, 0, 5);
        assertThat(poll.status()).isEqualTo(404);
        assertThat(poll.type()).contains("RunnerScaleSetNotFoundException");
        assertThat(client.call("DELETE", WireClient.SETS + "/" + id, "").status())
                .isEqualTo(404);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void deletionWithABusyRunnerIsReportedAndTheJobContinues() throws Exception {
        int id = client.scaleSet("set");
        String jit = client.jit(id, "busy").json().path("encodedJITConfig").asText();
        try (Listener listener = new Listener(client, id, 5);
                RunnerProcess runner = new RunnerProcess(simulator, jit)) {
            simulator.queueJob(
                    JobRequest.builder("set").duration(Duration.ofMillis(2500)).build());
            simulator.awaitJobs(jobs -> jobs.running() == 1, SOON);
            listener.close();
            client.call("DELETE", WireClient.SETS + "/" + id, "");
            assertThat(runner.exit()).isEqualTo("exit=0 result=succeeded");
        }
        assertThat(simulator.violations()).extracting(Violation::message).contains("deleted while runners were busy");
    }

    @Test
    void reportsMissingFields() throws Exception {
        assertThat(client.call("POST", WireClient.SETS, "{}").status()).isEqualTo(400);
        assertThat(client.call("POST", WireClient.SETS, "{not json").status()).isEqualTo(400);
        assertThat(simulator.violations())
                .extracting(Violation::message)
                .containsExactly("no name", "no labels", "no RunnerSetting", "no createdOn");
    }

    @Test
    void rejectsAnUnknownRunnerGroup() throws Exception {
        WireClient.Response response = client.call(
                "POST",
                WireClient.SETS,
                "{\"name\":\"set\",\"runnerGroupId\":9,\"labels\":[{\"name\":\"set\"}],\"RunnerSetting\":{},"
                        + "\"createdOn\":\"0001-01-01T00:00:00Z\"}");
        assertThat(response.status()).isEqualTo(404);
    }
}
