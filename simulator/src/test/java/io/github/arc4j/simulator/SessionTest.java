package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private GitHubSimulator simulator = GitHubSimulator.start();
    private WireClient client;
    private int scaleSet;

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void restart(SimulatorOptions options) throws Exception {
        simulator.close();
        simulator = GitHubSimulator.start(options);
        connect();
    }

    @BeforeEach
    void connect() throws Exception {
        client = WireClient.connected(simulator, "org");
        scaleSet = client.scaleSet("set");
    }

    private WireClient.Response session(String method, WireClient.Session session) throws Exception {
        return client.call(method, WireClient.SETS + "/" + scaleSet + "/sessions/" + session.id(), "");
    }

    @Test
    void sessionHasTheQueueUrlAndStatistics() throws Exception {
        WireClient.Session session = client.session(scaleSet);
        assertThat(session.json().path("ownerName").asText()).isEqualTo("listener");
        assertThat(session.json().at("/runnerScaleSet/name").asText()).isEqualTo("set");
        assertThat(session.json().at("/statistics/totalAssignedJobs").isInt()).isTrue();
        assertThat(session.queueUrl()).startsWith(client.serviceUrl()).contains("sessionId=" + session.id());
        assertThat(session.queueToken().split("\\.")).hasSize(3);
        assertThat(simulator.sessions())
                .singleElement()
                .satisfies(view -> assertThat(view.owner()).isEqualTo("listener"));
    }

    @Test
    void refreshedSessionMayLackStatistics() throws Exception {
        WireClient.Session session = client.session(scaleSet);
        assertThat(session("PATCH", session).json().has("statistics")).isTrue();

        restart(SimulatorOptions.builder().refreshStatistics(false).build());
        session = client.session(scaleSet);
        assertThat(session.json().has("statistics")).isTrue();
        WireClient.Response refreshed = session("PATCH", session);
        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(refreshed.json().has("statistics")).isFalse();
    }

    @Test
    void secondSessionConflictsUntilTheFirstIsDeleted() throws Exception {
        WireClient.Session session = client.session(scaleSet);
        WireClient.Response second = client.openSession(scaleSet, "other");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.type()).contains("RunnerScaleSetSessionConflictException");
        assertThat(session("DELETE", session).status()).isEqualTo(204);
        assertThat(session("DELETE", session).status()).isEqualTo(404);
        assertThat(session("PATCH", session).status()).isEqualTo(404);
        assertThat(client.openSession(scaleSet, "other").status()).isEqualTo(200);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void deletingASessionWithdrawsOffersAndKeepsOtherElements() throws Exception {
        WireClient.Session first = client.session(scaleSet);
        simulator.queueJob(JobRequest.of("set"));
        simulator.queueJob(JobRequest.of("set"));
        long offered = WireClient.elements(client.poll(first, 0, 1))
                .at("/0/runnerRequestId")
                .asLong();
        client.acquire(scaleSet, first, "[" + offered + "]");
        session("DELETE", first);

        WireClient.Session second = client.session(scaleSet);
        assertThat(second.json().at("/statistics/totalAssignedJobs").asInt()).isEqualTo(1);
        WireClient.Response message = client.poll(second, 0, 5);
        assertThat(WireClient.elements(message).findValuesAsText("messageType"))
                .containsExactly("JobAssigned", "JobAvailable");
    }

    @Test
    void refreshRenewsAnExpiredQueueToken() throws Exception {
        WireClient.Session session = client.session(scaleSet);
        simulator.revokeQueueTokens();
        simulator.queueJob(JobRequest.of("set"));
        assertThat(client.poll(session, 0, 1).status()).isEqualTo(401);
        assertThat(client.delete(session, 1).status()).isEqualTo(401);
        assertThat(client.acquire(scaleSet, session, "[1001]").status()).isEqualTo(401);
        WireClient.Session refreshed = WireClient.session(session("PATCH", session));
        assertThat(refreshed.id()).isEqualTo(session.id());
        assertThat(client.poll(refreshed, 0, 1).status()).isEqualTo(200);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void queueTokensExpire() throws Exception {
        restart(SimulatorOptions.builder().queueTokenLifetime(Duration.ZERO).build());
        assertThat(client.poll(client.session(scaleSet), 0, 1).status()).isEqualTo(401);
    }

    @Test
    void queueRejectsAdminTokens() throws Exception {
        WireClient.Session session = client.session(scaleSet);
        assertThat(client.call("POST", WireClient.SETS + "/" + scaleSet + "/acquirejobs", "[]")
                        .status())
                .isEqualTo(401);
        assertThat(session.id()).isNotEmpty();
        assertThat(simulator.violations()).extracting(Violation::rule).containsExactly("authorization");
    }

    @Test
    void sessionThatIsNotPolledExpires() throws Exception {
        restart(SimulatorOptions.builder().sessionTimeout(Duration.ofMillis(50)).build());
        WireClient.Session session = client.session(scaleSet);
        simulator.await(sim -> sim.sessions().isEmpty(), SOON);
        assertThat(client.poll(session, 0, 1).status()).isEqualTo(401);
        assertThat(session("PATCH", session).status()).isEqualTo(404);
        WireClient.Response deleted = session("DELETE", session);
        assertThat(deleted.status()).isEqualTo(400);
        assertThat(deleted.type()).contains("SessionExpired");
        assertThat(client.openSession(scaleSet, "next").status()).isEqualTo(200);
    }

    @Test
    void pollKeepsItsSessionAlive() throws Exception {
        restart(SimulatorOptions.builder()
                .sessionTimeout(Duration.ofMillis(2500))
                .pollTimeout(Duration.ofMillis(3000))
                .build());
        assertThat(client.poll(client.session(scaleSet), 0, 1).status()).isEqualTo(202);
    }

    @Test
    void pollEndsWithItsSession() throws Exception {
        WireClient.Session session = client.session(scaleSet);
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> {
            try {
                return client.poll(session, 0, 1).status();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        simulator.await(sim -> sim.sessions().get(0).polling(), SOON);
        simulator.expireSessions();
        assertThat(status.get(20, TimeUnit.SECONDS)).isEqualTo(401);
    }
}
