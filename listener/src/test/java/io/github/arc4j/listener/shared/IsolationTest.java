package io.github.arc4j.listener.shared;

import static io.github.arc4j.listener.shared.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.listener.shared.Stage.Running;
import io.github.arc4j.process.ListenerConfig.AppConfig;
import io.github.arc4j.process.ListenerConfigBuilder;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Fault;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A problem of one scale set does not affect others in the same process. */
class IsolationTest {
    private final Stage stage = new Stage(
            SimulatorOptions.builder().pollTimeout(Duration.ofMillis(500)).sessionTimeout(Duration.ofSeconds(4)));
    private ListenerConfigBuilder bad;
    private int badId;

    @BeforeEach
    void addTwo() throws InterruptedException {
        badId = stage.createScaleSet("bad");
        bad = stage.config("bad", badId);
        stage.addScaleSet("good");
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    private void assertGoodWorks() {
        eventually(() -> stage.state("good").equals("listening"));
        int before = stage.replicas("good");
        stage.github.queueJobs(JobRequest.of("good"), 2);
        eventually(() -> stage.replicas("good") == before + 2);
    }

    @Test
    void badCredentialsAreReportedAndRetriedWhenTheyChange() throws Exception {
        stage.add("bad", bad.credentials(AppConfig.ofToken("wrong")).build(), 0);
        stage.start(0, "pod-a");
        eventually(() -> stage.state("bad").equals("refused"));
        assertGoodWorks();
        stage.configure("bad", bad.credentials(AppConfig.ofToken("sim-pat")).build(), "2");
        eventually(() -> stage.state("bad").equals("listening"));
    }

    @Test
    void whatGitHubSaysIsReportedInOneVisibleLine() throws Exception {
        String response = "{\"message\":\"a\\r\\n\\u001b[31mb\"}";
        stage.github
                .faults()
                .add(Fault.on("POST", ".*/" + badId + "/sessions")
                        .answering(400, response, Map.of("Content-Type", "application/json", "ActivityId", "id"))
                        .times(1000));
        stage.add("bad", bad.build(), 0);
        stage.start(0, "pod-a");
        eventually(() -> stage.session("bad").path("message").asText().contains("a\\r\\n\\u001b[31mb"));
    }

    @Test
    void aGitHubThatHangsForOneHoldsUpNobodyElse() throws Exception {
        stage.github
                .faults()
                .add(Fault.on(".*", ".*/" + badId + "/sessions.*")
                        .hanging(Duration.ofMinutes(1))
                        .times(1000));
        stage.add("bad", bad.build(), 0);
        Running running = stage.start(0, "pod-a");
        eventually(() -> stage.github.faults().hits() > 0);
        assertGoodWorks();
        long start = System.nanoTime();
        running.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(stage.github.sessions())
                .noneMatch(session -> session.scaleSet().equals("good"));
    }

    @Test
    void messagesThatCannotBeReadAreOneListenersProblem() throws Exception {
        stage.github
                .faults()
                .add(Fault.on("GET", ".*/" + badId + "/messages").garbage().times(1000));
        stage.add("bad", bad.build(), 0);
        stage.start(0, "pod-a");
        eventually(() -> stage.github.faults().hits() > 3);
        assertGoodWorks();
    }

    @Test
    void rejectedPatchesOfOneListenerDelayNoOther() throws Exception {
        stage.kube
                .faults()
                .inject(io.github.arc4j.kube.http.Fault.on("patch", "ephemeralrunnersets")
                        .name("bad")
                        .always()
                        .delay(Duration.ofMillis(300))
                        .answer(500));
        stage.add("bad", bad.build(), 0);
        stage.start(0, "pod-a");
        assertGoodWorks();
        eventually(() -> stage.state("bad").equals("retrying"));
    }

    @Test
    void aSecretThatCannotBeReadIsOneListenersProblem() throws Exception {
        try (var fault = stage.kube
                .faults()
                .inject(io.github.arc4j.kube.http.Fault.on("get", "secrets")
                        .name("bad-config")
                        .always()
                        .answer(403))) {
            stage.add("bad", bad.build(), 0);
            stage.start(0, "pod-a");
            assertGoodWorks();
            eventually(() -> stage.state("bad").equals("retrying"));
        }
        eventually(() -> stage.state("bad").equals("listening"));
    }

    @Test
    void aSessionThatAnotherProcessHoldsIsWaitedFor() throws Exception {
        stage.add("bad", bad.build(), 0);
        try (ActionsClient client = ActionsClient.builder(
                        ConfigUrl.parse(stage.github.configUrl("acme/bad")), () -> new PersonalAccessToken("sim-pat"))
                .build()) {
            MessageSession held = client.openSession(badId, "another");
            stage.start(0, "pod-a");
            eventually(() -> {
                held.poll(0, 1);
                return stage.state("bad").equals("conflict");
            });
            assertGoodWorks();
            held.close();
        }
        eventually(() -> stage.state("bad").equals("listening"));
    }

    @Test
    void afterACrashTheNextProcessTakesOver() throws Exception {
        stage.add("bad", bad.build(), 0);
        Running first = stage.start(0, "pod-a");
        eventually(() -> stage.state("bad").equals("listening"));
        first.die();
        assertThat(stage.github.sessions()).isNotEmpty();
        stage.github.queueJobs(JobRequest.of("bad"), 3);
        stage.start(0, "pod-b");
        eventually(() -> stage.replicas("bad") == 3);
        eventually(() -> stage.session("bad").path("holder").asText().equals("pod-b")
                && stage.state("bad").equals("listening"));
    }

    @Test
    void duringAnUpdateTheObjectSaysWhoListens() throws Exception {
        stage.add("bad", bad.build(), 0);
        Running old = stage.start(0, "pod-old");
        eventually(() -> stage.state("bad").equals("listening"));
        stage.start(0, "pod-new");
        eventually(() -> stage.kube
                        .requests()
                        .count(request -> request.target().equals("autoscalinglisteners/status")
                                && request.name().equals("bad"))
                >= 4);
        eventually(() -> stage.session("bad").path("holder").asText().equals("pod-old")
                && stage.state("bad").equals("listening"));
        old.close();
        eventually(() -> stage.session("bad").path("holder").asText().equals("pod-new")
                && stage.state("bad").equals("listening"));
        assertThat(stage.gitHubSession(badId))
                .get()
                .matches(session -> session.owner().equals("pod-new"));
    }
}
