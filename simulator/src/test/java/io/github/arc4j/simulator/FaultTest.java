package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.simulator.faults.Fault;
import io.github.arc4j.simulator.faults.Faults;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    private final GitHubSimulator simulator = GitHubSimulator.start();
    private final Faults faults = simulator.faults();
    private WireClient client;

    @BeforeEach
    void connect() throws Exception {
        // HTTP/1.1 only, because during an attempted upgrade the client repeats a call whose connection breaks.
        client = new WireClient(
                        simulator,
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .build())
                .connect("org");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private Fault creation() {
        return Fault.on("POST", ".*/runnerscalesets");
    }

    @Test
    void replacesTheGivenNumberOfResponses() throws Exception {
        faults.add(creation().answering(503, "{}", Map.of("Retry-After", "7")).times(2));
        WireClient.Response response = client.create("set");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.http().headers().firstValue("Retry-After")).contains("7");
        assertThat(client.create("set").status()).isEqualTo(503);
        assertThat(client.create("set").status()).isEqualTo(200);
        assertThat(faults.hits()).isEqualTo(2);
        assertThat(faults.remaining()).isEmpty();
    }

    @Test
    void faultBeforeTheEffectChangesNothing() throws Exception {
        faults.add(creation().answering(500, ""));
        client.create("set");
        assertThat(simulator.scaleSets()).isEmpty();
    }

    @Test
    void faultAfterTheEffectKeepsTheEffect() throws Exception {
        faults.add(creation().answering(500, "").afterTheEffect());
        assertThat(client.create("set").status()).isEqualTo(500);
        assertThat(simulator.scaleSets()).hasSize(1);
    }

    @Test
    void dropsConnectionsBeforeOrAfterTheEffect() {
        faults.add(creation().dropping());
        assertThatThrownBy(() -> client.create("set")).isInstanceOf(IOException.class);
        assertThat(simulator.scaleSets()).isEmpty();
        faults.add(creation().dropping().afterTheEffect());
        assertThatThrownBy(() -> client.create("set")).isInstanceOf(IOException.class);
        assertThat(simulator.scaleSets()).hasSize(1);
    }

    @Test
    void truncatesBodies() {
        faults.add(creation().truncating());
        assertThatThrownBy(() -> client.create("set"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bytes received");
        assertThat(simulator.scaleSets()).hasSize(1);
    }

    @Test
    void staleStatisticsCountJobsThatDoNotExistUntilTheFaultEnds() throws Exception {
        int scaleSet = client.scaleSet("set");
        faults.add(Fault.staleStatistics(3));
        WireClient.Session session = client.session(scaleSet);
        assertThat(assignedJobs(session.json())).isEqualTo(3);
        assertThat(assignedJobs(
                        client.call("PATCH", sessionPath(scaleSet, session), "").json()))
                .isEqualTo(3);
        simulator.queueJob(JobRequest.of("set"));
        WireClient.Response offer = client.poll(session, 0, 5);
        assertThat(WireClient.elements(offer)).hasSize(1);
        assertThat(assignedJobs(offer.json())).isEqualTo(3);
        client.acquire(scaleSet, session, "[1001]");
        assertThat(assignedJobs(client.poll(session, 1, 5).json())).isEqualTo(4);
        assertThat(simulator.scaleSets().get(0).statistics().totalAssignedJobs())
                .isEqualTo(1);
        faults.clear();
        assertThat(assignedJobs(client.poll(session, 1, 5).json())).isEqualTo(1);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void responsesWithoutStatisticsAreNotStale() throws Exception {
        int scaleSet = client.scaleSet("set");
        faults.add(Fault.on(".*", ".*").addingAssignedJobs(3).times(-1));
        assertThat(client.call("GET", WireClient.SETS, "").json().path("count").asInt())
                .isEqualTo(1);
        assertThat(client.call("GET", WireClient.SETS + "/99", "").status()).isEqualTo(404);
        assertThat(client.call("DELETE", WireClient.SETS + "/" + scaleSet, "").status())
                .isEqualTo(204);
    }

    private static int assignedJobs(JsonNode response) {
        return response.at("/statistics/totalAssignedJobs").asInt();
    }

    private static String sessionPath(int scaleSet, WireClient.Session session) {
        return WireClient.SETS + "/" + scaleSet + "/sessions/" + session.id();
    }

    @Test
    void stallsBodiesWhileTheConnectionStaysOpen() {
        faults.add(creation().stalling(Duration.ofMillis(100)));
        long before = System.nanoTime();
        assertThatThrownBy(() -> client.create("set")).isInstanceOf(IOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(95));
        assertThat(simulator.scaleSets()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "99999999999", "Wed, 21 Oct 2015 07:28:00 GMT"})
    void rateLimitHasAnyRetryAfter(String retryAfter) throws Exception {
        faults.add(creation().limitingRate(retryAfter));
        WireClient.Response response = client.create("set");
        assertThat(response.status()).isEqualTo(429);
        assertThat(response.http().headers().firstValue("Retry-After")).contains(retryAfter);
    }

    @Test
    void addsElementsOfAnyKindToMessages() throws Exception {
        WireClient.Session session = client.session(client.scaleSet("set"));
        simulator.queueJob(JobRequest.of("set"));
        faults.add(Fault.on("GET", ".*/messages")
                .addingElements("[null,7,{\"messageType\":\"JobTeleported\",\"id\":\"x\"}]"));
        JsonNode elements = WireClient.elements(client.poll(session, 0, 1));
        assertThat(elements).hasSize(4);
        assertThat(elements.get(0).isNull()).isTrue();
        assertThat(elements.at("/2/messageType").asText()).isEqualTo("JobTeleported");
        assertThat(elements.at("/3/messageType").asText()).isEqualTo("JobAvailable");
    }

    @Test
    void garbageIsNotJson() throws Exception {
        faults.add(creation().garbage());
        assertThatThrownBy(() -> client.create("set")).isInstanceOf(IOException.class);
        assertThat(simulator.scaleSets()).isEmpty();
    }

    @Test
    void dropsHangingCallsAfterTheDelay() {
        faults.add(creation().hanging(Duration.ofMillis(100)));
        long before = System.nanoTime();
        assertThatThrownBy(() -> client.create("set")).isInstanceOf(IOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(95));
    }

    @Test
    void delaysAndDripsResponses() throws Exception {
        for (Fault fault : List.of(
                creation().delaying(Duration.ofMillis(100)),
                creation().delaying(Duration.ofMillis(100)).afterTheEffect(),
                creation().dripping(Duration.ofMillis(100)))) {
            faults.add(fault);
            long before = System.nanoTime();
            assertThat(client.create("set" + before).status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(95));
        }
    }

    @Test
    void randomFaultsAreReproducible() throws Exception {
        assertThat(pattern(7)).isEqualTo(pattern(7)).contains(200, 500).isNotEqualTo(pattern(8));
    }

    private List<Integer> pattern(long seed) throws Exception {
        faults.clear();
        faults.seed(seed);
        faults.add(Fault.on("GET", ".*").answering(500, "").randomly(0.5));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            statuses.add(client.call("GET", WireClient.SETS, "").status());
        }
        return statuses;
    }

    @Test
    void faultsDoNotApplyToTheAdminApi() throws Exception {
        faults.add(Fault.on(".*", ".*").dropping().times(-1));
        assertThat(client.send(client.request("GET", simulator.uri() + "/sim/health", ""))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void allowsRepetitionAfterALostResponse() throws Exception {
        int scaleSet = client.scaleSet("set");
        faults.add(Fault.on("POST", ".*/generatejitconfig").dropping().afterTheEffect());
        assertThatThrownBy(() -> client.jit(scaleSet, "runner")).isInstanceOf(IOException.class);
        assertThat(client.jit(scaleSet, "runner").status()).isEqualTo(409);
        assertThat(simulator.violations()).isEmpty();
        client.jit(scaleSet, "runner");
        assertThat(simulator.violations()).hasSize(1);
    }

    @Test
    void addsLatencyToEveryCall() throws Exception {
        try (GitHubSimulator slow = GitHubSimulator.start(
                SimulatorOptions.builder().latency(Duration.ofMillis(60)).build())) {
            long before = System.nanoTime();
            WireClient.connected(slow, "org").create("set");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(175));
        }
    }

    @Test
    void allowsRepetitionAfterALostRejection() throws Exception {
        int scaleSet = client.scaleSet("set");
        faults.add(Fault.on("POST", ".*/generatejitconfig")
                .answering(502, "")
                .afterTheEffect()
                .times(2));
        client.jit(scaleSet, "runner");
        client.jit(scaleSet, "runner");
        assertThat(client.jit(scaleSet, "runner").status()).isEqualTo(409);
        assertThat(simulator.violations()).isEmpty();
        client.jit(scaleSet, "runner");
        assertThat(simulator.violations()).hasSize(1);
    }
}
