package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestChecksTest {
    private final GitHubSimulator simulator = GitHubSimulator.start();
    private WireClient client;

    @BeforeEach
    void connect() throws Exception {
        client = WireClient.connected(simulator, "org");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private HttpRequest.Builder find() {
        return client.request("GET", client.serviceUrl() + WireClient.SETS + "?api-version=6.0-preview", "")
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + client.adminToken());
    }

    private void assertViolation(HttpRequest.Builder request, String rule, String... messages) throws Exception {
        client.send(request);
        assertThat(simulator.violations()).extracting(Violation::rule).containsOnly(rule);
        assertThat(simulator.violations()).extracting(Violation::message).containsExactly(messages);
    }

    @Test
    void doesNotReportACorrectCall() throws Exception {
        assertThat(client.send(find()).status()).isEqualTo(200);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void userAgentMustBeJson() throws Exception {
        assertViolation(find().setHeader("User-Agent", "actions-runner-controller/1"), "user-agent", "not JSON");
    }

    @Test
    void userAgentMustBeComplete() throws Exception {
        assertViolation(
                find().setHeader("User-Agent", "{\"system\":\"x\",\"version\":1,\"scale_set_id\":\"1\"}"),
                "user-agent",
                "no string version",
                "no string commit_sha",
                "no string subsystem",
                "no number scale_set_id");
    }

    @Test
    void listenerMustSendItsScaleSetId() throws Exception {
        int scaleSet = client.scaleSet("set");
        simulator.queueJob(JobRequest.of("set"));
        WireClient.Session session = client.session(scaleSet);
        String listener = WireClient.USER_AGENT.replace("\"subsystem\":\"test\"", "\"subsystem\":\"ghalistener\"");
        client.send(client.pollRequest(session, 0)
                .header("X-ScaleSetMaxCapacity", "1")
                .setHeader("User-Agent", listener.replace("\"scale_set_id\":0", "\"scale_set_id\":" + scaleSet)));
        assertThat(simulator.violations()).isEmpty();
        assertViolation(
                client.pollRequest(session, 0)
                        .header("X-ScaleSetMaxCapacity", "1")
                        .setHeader("User-Agent", listener),
                "user-agent",
                "scale_set_id is not that of the listener's scale set");
    }

    @Test
    void serviceCallsRequireTheContentType() throws Exception {
        assertViolation(find().setHeader("Content-Type", "text/plain"), "content-type", "text/plain");
    }

    @Test
    void serviceCallsRequireTheApiVersion() throws Exception {
        HttpRequest.Builder request = client.request("GET", client.serviceUrl() + WireClient.SETS, "")
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + client.adminToken());
        assertViolation(request, "api-version", "api-version=6.0-preview is not in the query");
    }

    @Test
    void pollsRequireTheApiVersionInTheAcceptHeader() throws Exception {
        int scaleSet = client.scaleSet("set");
        simulator.queueJob(JobRequest.of("set"));
        assertViolation(
                client.pollRequest(client.session(scaleSet), 0)
                        .header("X-ScaleSetMaxCapacity", "1")
                        .setHeader("Accept", "application/json"),
                "api-version",
                "api-version=6.0-preview is not in the Accept header");
    }

    @Test
    void callsRequireTheRightKindOfToken() throws Exception {
        assertViolation(
                find().setHeader("Authorization", "Bearer sim-pat"),
                "authorization",
                "a token of kind PERSONAL, needed: [ADMIN]");
    }

    @Test
    void callsRequireTheRightScheme() throws Exception {
        assertViolation(find().setHeader("Authorization", "token x"), "authorization", "scheme is not Bearer");
    }

    @Test
    void reportsUnknownEndpoints() throws Exception {
        assertViolation(
                client.request("GET", client.serviceUrl() + "/nothing", ""), "unknown-endpoint", "no such endpoint");
    }

    @Test
    void countsEqualViolations() throws Exception {
        client.send(find().setHeader("User-Agent", "x"));
        client.send(find().setHeader("User-Agent", "x"));
        assertThat(simulator.violations()).singleElement().satisfies(violation -> {
            assertThat(violation.count()).isEqualTo(2);
            assertThat(violation.call()).isEqualTo("GET /_apis/runtime/runnerscalesets");
            assertThat(violation.userAgent()).isEqualTo("x");
        });
        simulator.clearViolations();
        assertThat(simulator.violations()).isEmpty();
    }
}
