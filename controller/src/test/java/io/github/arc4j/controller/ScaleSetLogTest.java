package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.runtime.CapturedLog;
import io.github.arc4j.runtime.CapturedLog.Line;
import io.github.arc4j.simulator.JobRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log of a scale set that runs one job. */
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
    void theInfoLogCoversTheLifeOfAScaleSet() throws Exception {
        try (CapturedLog log = CapturedLog.ofAll()) {
            liveWithOneJob(log);
            await().until(() -> lines(log, "AutoscalingRunnerSet").contains("Deleted the scale set"));
            assertThat(lines(log, "AutoscalingRunnerSet"))
                    .containsExactly(
                            "ScaleSetRegistered: scale set set has ID 1 in runner group Default",
                            "Created EphemeralRunnerSet set",
                            "Created AutoscalingListener " + listenerName,
                            "Ready: the scale set accepts and runs jobs",
                            "Deleted AutoscalingListener " + listenerName,
                            "Deleted EphemeralRunnerSet set",
                            "Deleting: the scale set is being deleted and accepts no more jobs",
                            "Deleted scale set 1 from GitHub",
                            "Deleted the scale set");
            assertThat(lines(log, "AutoscalingListener"))
                    .containsExactly(
                            "Created the listener's pod",
                            "Listening: the listener is waiting for jobs",
                            "Deleted the listener's pod",
                            "Deleted the listener with its Secrets and permissions");
            assertThat(lines(log, "EphemeralRunnerSet"))
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("Scaled: the number of runners matches the demand"),
                            line -> assertThat(line)
                                    .matches("Desired number of runners changed from 0 to 1 \\(patch \\d+\\)"),
                            line -> assertThat(line)
                                    .isEqualTo("Created 1 runner, now 1 of 1 desired: the listener requests" + " more"),
                            line -> assertThat(line)
                                    .matches("Desired number of runners changed from 1 to 0 \\(patch \\d+\\)"));
            assertThat(lines(log, "EphemeralRunner"))
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("Registered the runner with id 1 and created its pod"),
                            line -> assertThat(line).startsWith("The runner's pod is running on node "),
                            line -> assertThat(line).isEqualTo("The runner's job has started"),
                            line -> assertThat(line).isEqualTo("The runner's job has finished"),
                            line -> assertThat(line).isEqualTo("Deleted the runner: it has finished"));
            assertThat(log.lines())
                    .filteredOn(line -> line.message().startsWith("The runner's job"))
                    .hasSize(2)
                    .allSatisfy(line -> {
                        assertThat(line.field("job")).isEqualTo("build");
                        assertThat(line.field("jobID")).isNotEmpty();
                        assertThat(line.field("repository")).isEqualTo("org/repo");
                        assertThat(line.field("workflow")).startsWith("org/repo/.github/workflows/");
                        assertThat(line.field("run")).matches("\\d+");
                    });
            assertThat(log.lines())
                    .filteredOn(line -> !line.message().startsWith("The runner's job"))
                    .allSatisfy(line -> assertThat(line.fields()).doesNotContainKeys("job", "run"));
        }
    }

    /**
     * Of all objects of a kind, in order. Whether somebody looks while the listener's pod starts is a matter of luck.
     */
    private static List<String> lines(CapturedLog log, String kind) {
        return log.lines().stream()
                .filter(line -> line.field("kind").equals(kind))
                .filter(line -> !line.field("reason").equals("ListenerStarting"))
                .peek(line -> {
                    assertThat(line.level()).isEqualTo(Level.INFO);
                    assertThat(line.field("namespace")).isNotEmpty();
                    assertThat(line.field("name")).isNotEmpty();
                    assertThat(line.field("reconcileID")).isNotEmpty();
                })
                .map(Line::message)
                .toList();
    }

    @Test
    void theLogSaysWhyIdleRunnersWereDeleted() throws Exception {
        createScaleSet();
        fixture.requestRunners("set", 1, 2);
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set").getStatus().runningEphemeralRunners() == 2);
        try (CapturedLog log = CapturedLog.ofAll()) {
            fixture.requestRunners("set", 0, 0);
            await().atMost(LIMIT).until(() -> deletions(log).size() == 2);
            assertThat(deletions(log)).containsOnly("Deleted the runner: more runners than needed");
        }
    }

    private static List<String> deletions(CapturedLog log) {
        return lines(log, "EphemeralRunner").stream()
                .filter(line -> line.startsWith("Deleted the runner"))
                .toList();
    }

    @Test
    void aNewProcessRepeatsNoLogLines() throws Exception {
        createScaleSet();
        fixture.requestRunners("set", 1, 2);
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set").getStatus().runningEphemeralRunners() == 2);
        fixture.awaitQuiet(Duration.ofSeconds(1));
        try (CapturedLog log = CapturedLog.ofAll()) {
            fixture.restartController();
            fixture.awaitQuiet(Duration.ofSeconds(1));
            assertThat(log.lines())
                    .filteredOn(line -> !line.field("kind").isEmpty())
                    .isEmpty();
        }
    }

    @Test
    void debugLinesContainEachWriteAndResultAndNoSecrets() throws Exception {
        try (CapturedLog log = CapturedLog.debugOfAll()) {
            liveWithOneJob(log);
            assertThat(log.messages())
                    .contains(
                            "get Secret runners/github for GitHub credentials",
                            "create EphemeralRunnerSet runners/set: response 201",
                            "patch AutoscalingRunnerSet/status runners/set: response 200",
                            "create Pod controller/%s: response 201".formatted(listenerName),
                            "delete EphemeralRunnerSet runners/set: response 200");
            assertThat(log.lines())
                    .filteredOn(line -> line.message().startsWith("Reconciled"))
                    .filteredOn(line -> line.field("kind").equals("AutoscalingRunnerSet"))
                    .extracting(line -> line.field("step"))
                    .contains("writeStatus", "removeIfDeleted");
            assertThat(log.lines())
                    .filteredOn(line -> line.message().startsWith("Reconciled"))
                    .filteredOn(line -> line.field("kind").equals("EphemeralRunner"))
                    .extracting(line -> line.field("step"))
                    .contains("applyRules > createPod", "applyRules > removeEnded");
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

    private void liveWithOneJob(CapturedLog log) throws Exception {
        createScaleSet();
        try (TestListener _ = new TestListener(
                fixture, "set", fixture.github.scaleSets().getFirst().id(), 10)) {
            long job = fixture.github.queueJob(JobRequest.builder("set")
                    .displayName("build")
                    .duration(Duration.ofHours(1))
                    .build());
            await().atMost(LIMIT)
                    .until(() ->
                            log.messages().stream().anyMatch(line -> line.startsWith("The runner's pod is running"))
                                    && log.messages().stream()
                                            .anyMatch(line -> line.startsWith("The runner's job has started")));
            fixture.github.cancelJob(job);
            await().atMost(LIMIT).until(() -> fixture.runners().isEmpty());
            fixture.awaitQuiet(Duration.ofSeconds(1));
        }
        fixture.client.resource(fixture.scaleSet("set")).delete();
        await().atMost(LIMIT).until(() -> fixture.scaleSet("set") == null);
    }
}
