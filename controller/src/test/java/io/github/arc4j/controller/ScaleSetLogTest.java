package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.runtime.CapturedLog;
import io.github.arc4j.controller.runtime.CapturedLog.Line;
import io.github.arc4j.simulator.JobRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the log tells of a scale set that runs one job. */
class ScaleSetLogTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String TOKEN = "sim-pat";

    private ControllerFixture fixture;
    private String listenerName = "";

    @BeforeEach
    void start() {
        fixture = ControllerFixture.withPromptReports();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void theInfoLogTellsTheLifeOfAScaleSet() throws Exception {
        try (CapturedLog log = CapturedLog.of(ControllerMain.class.getPackage())) {
            liveWithOneJob();
            assertThat(log.lines())
                    .filteredOn(line -> line.field("kind").equals("AutoscalingRunnerSet"))
                    .as("unless its listener started before anybody looked")
                    .filteredOn(line -> !line.field("reason").equals("ListenerStarting"))
                    .allSatisfy(line -> {
                        assertThat(line.field("namespace")).isEqualTo(ControllerFixture.NAMESPACE);
                        assertThat(line.field("reconcileID")).isNotEmpty();
                    })
                    .extracting(Line::toString)
                    .containsExactly(
                            "INFO AutoscalingRunnerSet set: ScaleSetRegistered: scale set set has id 1 in runner group"
                                    + " Default",
                            "INFO AutoscalingRunnerSet set: Created EphemeralRunnerSet set",
                            "INFO AutoscalingRunnerSet set: Created AutoscalingListener " + listenerName,
                            "INFO AutoscalingRunnerSet set: Ready: jobs are taken and run",
                            "INFO AutoscalingRunnerSet set: Deleted AutoscalingListener " + listenerName,
                            "INFO AutoscalingRunnerSet set: Deleted EphemeralRunnerSet set",
                            "INFO AutoscalingRunnerSet set: Deleting: the scale set is being deleted and takes no more"
                                    + " jobs",
                            "INFO AutoscalingRunnerSet set: Deleted scale set 1 from GitHub",
                            "INFO AutoscalingRunnerSet set: Removed the scale set; its object is released");
        }
    }

    @Test
    void anotherProcessRepeatsNothing() throws Exception {
        createScaleSet();
        fixture.wish("set", 1, 2);
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set").getStatus().runningEphemeralRunners() == 2);
        fixture.awaitQuiet(Duration.ofSeconds(1));
        try (CapturedLog log = CapturedLog.of(ControllerMain.class.getPackage())) {
            fixture.restartController();
            fixture.awaitQuiet(Duration.ofSeconds(1));
            assertThat(log.lines())
                    .filteredOn(line -> !line.field("kind").isEmpty())
                    .isEmpty();
        }
    }

    @Test
    void debugLinesTellEachWriteAndWhatEndedEachReconcileAndNoSecret() throws Exception {
        try (CapturedLog log = CapturedLog.debugOf(ControllerMain.class.getPackage())) {
            liveWithOneJob();
            assertThat(log.messages())
                    .contains(
                            "get Secret runners/github for GitHub credentials",
                            "create EphemeralRunnerSet runners/set: answer 201",
                            "patch AutoscalingRunnerSet/status runners/set: answer 200",
                            "create Pod controller/%s: answer 201".formatted(listenerName),
                            "delete EphemeralRunnerSet runners/set: answer 200");
            assertThat(log.lines())
                    .filteredOn(line -> line.message().startsWith("Reconciled"))
                    .filteredOn(line -> line.field("kind").equals("AutoscalingRunnerSet"))
                    .extracting(line -> line.field("step"))
                    .contains("writeStatus", "removeIfDeleted");
            for (String secret :
                    List.of(TOKEN, LiveSecrets.encode(Map.of("x", TOKEN)).get("x"), "jitToken")) {
                assertThat(log.lines()).noneMatch(line -> (line.message() + line.fields()).contains(secret));
            }
        }
    }

    private void createScaleSet() {
        fixture.createScaleSet("set");
        await().atMost(LIMIT)
                .until(() -> fixture.scaleSet("set").getStatus() != null
                        && "Running".equals(fixture.scaleSet("set").getStatus().phase()));
        listenerName = fixture.listeners().getFirst().getMetadata().getName();
    }

    private void liveWithOneJob() throws Exception {
        createScaleSet();
        try (TestListener _ = new TestListener(
                fixture, "set", fixture.github.scaleSets().getFirst().id(), 10)) {
            fixture.github.queueJobs(
                    JobRequest.builder("set").duration(Duration.ofSeconds(1)).build(), 1);
            await().atMost(LIMIT)
                    .until(() -> fixture.github.summary().unfinished() == 0
                            && fixture.runners().isEmpty());
            fixture.awaitQuiet(Duration.ofSeconds(1));
        }
        fixture.client.resource(fixture.scaleSet("set")).delete();
        await().atMost(LIMIT).until(() -> fixture.scaleSet("set") == null);
    }
}
