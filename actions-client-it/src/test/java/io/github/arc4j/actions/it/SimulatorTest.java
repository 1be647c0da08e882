package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.errors.SessionConflictException;
import io.github.arc4j.actions.messages.JobAssigned;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Label;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.actions.model.RunnerStatus;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life cycle of scale sets with the project's simulator, which validates the requests it receives. */
class SimulatorTest {
    static final UserAgent USER_AGENT = new UserAgent("actions-runner-controller", "1.2.3", "abc", 7, "test");

    private final GitHubSimulator github = GitHubSimulator.start(
            SimulatorOptions.builder().pollTimeout(Duration.ofMillis(500)).build());
    private ActionsClient client;

    @BeforeEach
    void start() {
        client = ActionsClient.builder(
                        ConfigUrl.parse(github.configUrl("org/repo")), () -> new PersonalAccessToken("sim-pat"))
                .userAgent(USER_AGENT)
                .build();
    }

    @AfterEach
    void stop() {
        assertThat(github.violations()).isEmpty();
        client.close();
        github.close();
    }

    @Test
    void createsUpdatesAndDeletesAScaleSet() throws Exception {
        RunnerScaleSet scaleSet = create("set");
        assertThat(client.findScaleSet(scaleSet.runnerGroupId(), "set")).isPresent();
        assertThat(client.getScaleSet(scaleSet.id()).orElseThrow().labels()).containsExactly(Label.system("set"));
        assertThat(client.updateScaleSet(
                                scaleSet.id(),
                                RunnerScaleSet.builder().name("renamed").build())
                        .name())
                .isEqualTo("renamed");

        JitConfig jit = client.generateJitConfig(scaleSet.id(), "r", "_work");
        assertThat(client.findRunner("r")).contains(jit.runner());
        assertThat(client.getRunner(jit.runner().id())).contains(jit.runner());
        assertThat(jit.runner().status()).isEqualTo(RunnerStatus.OFFLINE);
        client.removeRunner(jit.runner().id());
        client.removeRunner(jit.runner().id());
        assertThat(client.findRunner("r")).isEmpty();
        assertThat(client.getRunner(jit.runner().id())).isEmpty();

        client.deleteScaleSet(scaleSet.id());
        client.deleteScaleSet(scaleSet.id());
        assertThat(client.getScaleSet(scaleSet.id())).isEmpty();
        assertThatThrownBy(() -> client.openSession(scaleSet.id(), "me")).isInstanceOf(ScaleSetNotFoundException.class);
        assertThatThrownBy(() -> client.generateJitConfig(scaleSet.id(), "r", ""))
                .isInstanceOf(ScaleSetNotFoundException.class);
    }

    @Test
    void runsAJobWhileTokensAreRevokedAtEveryStep() throws Exception {
        RunnerScaleSet scaleSet = create("set");
        long job = github.queueJob(
                JobRequest.builder("set").duration(Duration.ofMillis(10)).build());
        Set<String> seen = new HashSet<>();
        try (MessageSession session = client.openSession(scaleSet.id(), "me")) {
            assertThatThrownBy(() -> client.openSession(scaleSet.id(), "other"))
                    .isInstanceOf(SessionConflictException.class);
            long last = 0;
            while (!seen.contains("JobCompleted")) {
                github.revokeAdminTokens();
                github.revokeQueueTokens();
                Message message = session.poll(last, 1).orElse(null);
                if (message == null) {
                    continue;
                }
                for (JobMessage element : message.jobs()) {
                    seen.add(element.job().messageType());
                    github.revokeQueueTokens();
                    if (element instanceof JobAvailable available) {
                        session.acquireJobs(List.of(available.job().runnerRequestId()));
                    } else if (element instanceof JobAssigned) {
                        github.revokeAdminTokens();
                        String config =
                                client.generateJitConfig(scaleSet.id(), "r", "").encodedJitConfig();
                        assertThat(github.runRunner(config).exitCode()).isZero();
                    }
                }
                github.revokeQueueTokens();
                session.deleteMessage(message.id());
                last = message.id();
            }
        }
        assertThat(seen).contains("JobAvailable", "JobAssigned", "JobStarted", "JobCompleted");
        assertThat(github.jobs())
                .singleElement()
                .satisfies(view -> assertThat(view.id()).isEqualTo(job));
        assertThat(github.sessions()).isEmpty();
    }

    private RunnerScaleSet create(String name) throws InterruptedException {
        int group = client.getRunnerGroup("Default").id();
        return client.createScaleSet(RunnerScaleSet.builder()
                .name(name)
                .runnerGroupId(group)
                .disableUpdate(true)
                .build());
    }
}
