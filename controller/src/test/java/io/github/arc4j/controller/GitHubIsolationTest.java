package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.options.ReconcilerSettings;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A GitHub that hangs, fails or limits the rate of one scale set's requests does not hold up another scale set. */
class GitHubIsolationTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Long enough for what happens meanwhile on a busy machine. */
    private static final Duration RATE_LIMIT = Duration.ofSeconds(20);

    private static final Duration DURING_THE_RATE_LIMIT = RATE_LIMIT.minusSeconds(2);
    /** Few, so that a single scale set could hold all of them. */
    private static final int PLACES = 8;

    private final GitHubSimulator other = GitHubSimulator.start(SimulatorOptions.defaults());
    private ControllerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ControllerFixture(UnaryOperator.identity(), GitHubIsolationTest::withFewPlaces);
        fixture.runnersEndWith("runs:1", -1);
    }

    private static ReconcilerSettings withFewPlaces(ReconcilerSettings settings) {
        return ReconcilerSettingsBuilder.builder(settings)
                .runnerConcurrency(PLACES)
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
        other.close();
    }

    private AutoscalingRunnerSet create(String name, GitHubSimulator github) {
        return fixture.createScaleSet(
                name,
                spec -> spec.githubConfigUrl(github.configUrl("org/repo"))
                        .template(ControllerFixture.template("runs:1")));
    }

    private void createAndAwait(String name, GitHubSimulator github) {
        create(name, github);
        await().atMost(LIMIT).until(() -> fixture.runnerSet(name) != null);
    }

    private List<EphemeralRunner> runners(String set) {
        return fixture.runners().stream()
                .filter(runner -> runner.getMetadata().getName().startsWith(set + "-"))
                .toList();
    }

    @Test
    void aHangingHostDoesNotDelayOtherScaleSets() {
        createAndAwait("stuck", other);
        other.faults()
                .add(Fault.on(".*", ".*/generatejitconfig")
                        .hanging(Duration.ofMinutes(10))
                        .times(-1));
        fixture.requestRunners("stuck", 1, 60);
        await().atMost(Duration.ofMinutes(1)).until(() -> runners("stuck").size() > PLACES);
        await().atMost(Duration.ofMinutes(1)).until(() -> other.faults().hits() > PLACES);

        List<String> healthy =
                IntStream.range(0, 10).mapToObj(i -> "healthy" + i).toList();
        Instant begin = Instant.now();
        healthy.forEach(name -> create(name, fixture.github));
        await().atMost(LIMIT).until(() -> healthy.stream().allMatch(name -> fixture.runnerSet(name) != null));
        healthy.forEach(name -> fixture.requestRunners(name, 1, 2));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.github.runners()).hasSize(20));
        // The hanging calls last 30 s each.
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(25));
        assertThat(other.faults().hits()).as("calls that wait for a response").isLessThanOrEqualTo(60);
    }

    @Test
    void registrationsAtAHangingHostDoNotDelayOthers() {
        other.faults().add(Fault.on(".*", ".*").hanging(Duration.ofMinutes(10)).times(-1));
        IntStream.range(0, 20).forEach(i -> create("stuck" + i, other));
        await().atMost(LIMIT).until(() -> other.faults().hits() >= 20);
        Instant begin = Instant.now();
        createAndAwait("healthy", fixture.github);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void aFailingRegistrationDoesNotDelayOthers() {
        fixture.github
                .faults()
                .add(Fault.on("GET", ".*/runnerscalesets").answering(503, "").times(-1));
        create("first", fixture.github);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(condition("first")).contains("GitHubRequestFailed"));
        fixture.github.faults().clear();
        Instant begin = Instant.now();
        createAndAwait("second", fixture.github);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(15));
        await().atMost(LIMIT).until(() -> fixture.runnerSet("first") != null);
    }

    /** A tenant may choose the server; its responses must not exhaust the memory of the controller. */
    @Test
    void aHugeResponseIsRefused() {
        other.faults()
                .add(Fault.on("GET", ".*/runnerscalesets")
                        .answering(200, "{\"value\":[" + "{},".repeat(1 << 20) + "{}]}")
                        .times(-1));
        create("huge", other);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(condition("huge")).contains("body of more than 262144 bytes"));
        createAndAwait("healthy", fixture.github);
    }

    /** Each client has threads and connections, and a scale set can be edited any number of times. */
    @Test
    void editsOfAScaleSetDoNotPileUpClients() {
        create("edited", other);
        long before = clients();
        for (int i = 0; i < 60; i++) {
            String url = other.configUrl("org/repo" + i);
            fixture.client
                    .resource(fixture.scaleSet("edited"))
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"spec\":{\"githubConfigUrl\":\"%s\"}}".formatted(url));
            await().atMost(LIMIT)
                    .until(() -> url.equals(fixture.scaleSet("edited")
                            .getMetadata()
                            .getAnnotations()
                            .get(Annotations.REGISTERED_CONFIG_URL)));
        }
        await().atMost(LIMIT).untilAsserted(() -> assertThat(clients() - before).isLessThan(40));
    }

    private static long clients() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith("SelectorManager"))
                .count();
    }

    private String condition(String name) {
        return String.valueOf(fixture.scaleSet(name).getStatus());
    }

    @Test
    void aRateLimitHoldsBackOnlyScaleSetsWithTheSameCredentials() {
        fixture.client.resource(otherCredentials()).create();
        fixture.github.acceptTokens(Set.of("sim-pat", "other-pat"));
        fixture.github
                .faults()
                .add(Fault.on("POST", ".*/runnerscalesets")
                        .answering(429, "", Map.of("Retry-After", Long.toString(RATE_LIMIT.toSeconds())))
                        .times(1));
        Instant begin = Instant.now();
        create("limited", fixture.github);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(condition("limited")).contains("RateLimited"));

        create("same", fixture.github);
        await().atMost(DURING_THE_RATE_LIMIT)
                .untilAsserted(() -> assertThat(condition("same")).contains("BackingOff", "limits the rate"));
        fixture.createScaleSet("other", spec -> spec.githubConfigSecret("other"));
        await().atMost(DURING_THE_RATE_LIMIT).until(() -> fixture.runnerSet("other") != null);
        assertThat(fixture.github.scaleSets()).extracting(ScaleSetView::name).containsExactly("other");

        await().atMost(RATE_LIMIT.plus(LIMIT))
                .untilAsserted(() -> assertThat(fixture.github.scaleSets())
                        .extracting(ScaleSetView::name)
                        .contains("limited", "same"));
        assertThat(Duration.between(begin, Instant.now())).isGreaterThanOrEqualTo(RATE_LIMIT);
    }

    private static Secret otherCredentials() {
        Secret secret = ControllerFixture.credentials("other-pat");
        secret.getMetadata().setName("other");
        return secret;
    }

    @Test
    void aRepeatedlyRefusedRequestIsRetriedWithBackoff() {
        fixture.github
                .faults()
                .add(Fault.on("POST", ".*/runnerscalesets")
                        .answering(400, "{\"typeName\":\"Invalid\",\"message\":\"no\"}")
                        .times(-1));
        Instant begin = Instant.now();
        create("refused", fixture.github);
        await().atMost(LIMIT).until(() -> fixture.github.faults().hits() >= 4);
        // 1 s, 2 s and 4 s lie between them, each up to a fifth shorter. The event of the reconcile's own finalizer may
        // arrive after the first request and cause the second one early. With a constant delay, it would be 3 s at
        // most.
        assertThat(Duration.between(begin, Instant.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(4));
    }
}
