package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private GitHubSimulator simulator = GitHubSimulator.start(
            SimulatorOptions.builder().pollTimeout(Duration.ofMillis(400)).build());
    private WireClient client;
    private int scaleSet;
    private WireClient.Session session;

    @BeforeEach
    void connect() throws Exception {
        client = WireClient.connected(simulator, "org");
        scaleSet = client.scaleSet("set");
        session = client.session(scaleSet);
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private CompletableFuture<WireClient.Response> pollLater(long last, int capacity) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return client.poll(session, last, capacity);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void pollWithoutMessagesReturnsAccepted() throws Exception {
        long before = System.nanoTime();
        WireClient.Response response = client.poll(session, 0, 1);
        assertThat(response.status()).isEqualTo(202);
        assertThat(response.http().body()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(390), SOON);
    }

    @Test
    void redeliversMessagesUntilTheyAreDeleted() throws Exception {
        simulator.close();
        simulator =
                GitHubSimulator.start(SimulatorOptions.builder().redeliver(true).build());
        connect();
        simulator.queueJob(JobRequest.of("set"));
        long first = client.poll(session, 0, 2).json().path("messageId").asLong();
        simulator.queueJob(JobRequest.of("set"));
        assertThat(client.poll(session, first, 2).json().path("messageId").asLong())
                .isEqualTo(first);
        client.delete(session, first);
        assertThat(client.poll(session, first, 2).json().path("messageId").asLong())
                .isGreaterThan(first);
    }

    @Test
    void waitingPollWakesImmediately() throws Exception {
        List<Long> micros = new ArrayList<>();
        long last = 0;
        for (int i = 0; i < 50; i++) {
            CompletableFuture<WireClient.Response> poll = pollLater(last, 1000);
            simulator.await(sim -> sim.sessions().get(0).polling(), SOON);
            long queued = System.nanoTime();
            simulator.queueJob(JobRequest.of("set"));
            WireClient.Response response = poll.get(10, TimeUnit.SECONDS);
            micros.add((System.nanoTime() - queued) / 1000);
            last = response.json().path("messageId").asLong();
            client.delete(session, last);
        }
        Collections.sort(micros);
        System.out.printf("wake-up of a long poll: p50 %d us, p90 %d us%n", micros.get(25), micros.get(45));
        assertThat(micros.get(25)).isLessThan(20_000);
    }

    @Test
    void messagesContainAtMostFiftyElements() throws Exception {
        simulator.queueJobs(JobRequest.of("set"), 120);
        List<Integer> sizes = new ArrayList<>();
        long last = 0;
        for (int i = 0; i < 3; i++) {
            WireClient.Response message = client.poll(session, last, 1000);
            last = message.json().path("messageId").asLong();
            sizes.add(WireClient.elements(message).size());
        }
        assertThat(sizes).containsExactly(50, 50, 20);
    }

    @Test
    void returnsTheSameMessageUntilItIsDeleted() throws Exception {
        simulator.queueJob(JobRequest.of("set"));
        WireClient.Response first = client.poll(session, 0, 10);
        WireClient.Response again = client.poll(session, 0, 10);
        assertThat(again.json().path("messageId")).isEqualTo(first.json().path("messageId"));
        assertThat(again.json().path("body")).isEqualTo(first.json().path("body"));

        long id = first.json().path("messageId").asLong();
        assertThat(client.poll(session, id, 10).status()).isEqualTo(202);
        assertThat(client.delete(session, id).status()).isEqualTo(204);
        assertThat(client.poll(session, 0, 10).status()).isEqualTo(202);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void lastMessageIdSkipsSeenMessages() throws Exception {
        simulator.queueJob(JobRequest.of("set"));
        long first = client.poll(session, 0, 10).json().path("messageId").asLong();
        simulator.queueJob(JobRequest.of("set"));
        long second = client.poll(session, first, 10).json().path("messageId").asLong();
        assertThat(second).isEqualTo(first + 1);
        assertThat(client.poll(session, 0, 10).json().path("messageId").asLong())
                .isEqualTo(first);
    }

    @Test
    void statisticsAreCurrentEvenInARepeatedMessage() throws Exception {
        simulator.queueJobs(JobRequest.of("set"), 2);
        WireClient.Response message = client.poll(session, 0, 10);
        assertThat(message.json().at("/statistics/totalAvailableJobs").asInt()).isEqualTo(2);
        long request = WireClient.elements(message).at("/0/runnerRequestId").asLong();
        WireClient.Response acquired = client.acquire(scaleSet, session, "[" + request + "]");
        assertThat(acquired.json().at("/value/0").asLong()).isEqualTo(request);
        JsonNode statistics = client.poll(session, 0, 10).json().path("statistics");
        assertThat(statistics.path("totalAvailableJobs").asInt()).isEqualTo(1);
        assertThat(statistics.path("totalAssignedJobs").asInt()).isEqualTo(1);
    }

    @Test
    void offersJobsUpToTheCapacity() throws Exception {
        simulator.queueJobs(JobRequest.of("set"), 5);
        assertThat(WireClient.elements(client.poll(session, 0, 2))).hasSize(2);
        assertThat(simulator.summary().queued()).isEqualTo(3);
        assertThat(WireClient.elements(client.poll(session, 1, 4))).hasSize(2);
        assertThat(simulator.scaleSets().get(0).capacity()).isEqualTo(4);
    }

    @Test
    void offersNothingWithoutCapacity() throws Exception {
        simulator.queueJob(JobRequest.of("set"));
        assertThat(client.poll(session, 0, 0).status()).isEqualTo(202);
    }

    @Test
    void acquiredJobsWaitAfterTheCapacityShrinks() throws Exception {
        simulator.queueJobs(JobRequest.of("set"), 2);
        client.poll(session, 0, 2);
        assertThat(client.poll(session, 1, 1).status()).isEqualTo(202);
        client.acquire(scaleSet, session, "[1001,1002]");
        assertThat(simulator.summary().acquired()).isEqualTo(1);
        assertThat(simulator.summary().assigned()).isEqualTo(1);
        client.poll(session, 1, 2);
        assertThat(simulator.summary().assigned()).isEqualTo(2);
    }

    @Test
    void listsAcquirableJobs() throws Exception {
        simulator.queueJob(JobRequest.of("set"));
        client.poll(session, 0, 5);
        WireClient.Response response = client.call("GET", WireClient.SETS + "/" + scaleSet + "/acquirablejobs", "");
        assertThat(response.json().path("count").asInt()).isEqualTo(1);
        assertThat(response.json().at("/value/0/acquireJobUrl").asText()).endsWith("/" + scaleSet + "/acquirejobs");
    }

    @Test
    void messageDroppedWithItsSessionMayBeDeletedLater() throws Exception {
        simulator.queueJob(JobRequest.of("set"));
        client.poll(session, 0, 5);
        simulator.expireSessions();
        WireClient.Session next = client.session(scaleSet);
        assertThat(client.delete(next, 1).status()).isEqualTo(204);
        assertThat(simulator.violations()).isEmpty();
        assertThat(client.delete(next, 1).status()).isEqualTo(404);
        assertThat(simulator.violations()).hasSize(1);
    }

    @Test
    void reportsAMessageThatIsDeletedTwice() throws Exception {
        simulator.queueJob(JobRequest.of("set"));
        client.poll(session, 0, 5);
        client.delete(session, 1);
        WireClient.Response second = client.delete(session, 1);
        assertThat(second.status()).isEqualTo(404);
        assertThat(second.type()).contains("MessageNotFoundException");
        assertThat(simulator.violations()).extracting(Violation::rule).containsExactly("message");
    }

    @Test
    void reportsTheAcquisitionOfJobsThatWereNeverOffered() throws Exception {
        assertThat(client.acquire(scaleSet, session, "[7]").json().path("count").asInt())
                .isZero();
        assertThat(simulator.violations()).extracting(Violation::rule).containsExactly("acquire");
    }

    @Test
    void reportsALastMessageIdThatWasNeverSent() throws Exception {
        simulator.queueJob(JobRequest.of("set"));
        assertThat(client.poll(session, 9, 5).status()).isEqualTo(202);
        assertThat(simulator.violations()).extracting(Violation::rule).containsExactly("poll");
    }

    @Test
    void reportsAPollWithoutCapacityHeader() throws Exception {
        client.send(client.pollRequest(session, 0));
        client.send(client.pollRequest(session, 0).header("X-ScaleSetMaxCapacity", "many"));
        assertThat(simulator.violations())
                .extracting(Violation::message)
                .containsExactly("no X-ScaleSetMaxCapacity header", "not a number: many");
    }

    @Test
    void laterPollEndsAnEarlierOne() throws Exception {
        simulator.close();
        simulator = GitHubSimulator.start();
        connect();
        CompletableFuture<WireClient.Response> first = pollLater(0, 5);
        simulator.await(sim -> sim.sessions().get(0).polling(), SOON);
        CompletableFuture<WireClient.Response> second = pollLater(0, 5);
        assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(202);
        simulator.queueJob(JobRequest.of("set"));
        assertThat(second.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
}
