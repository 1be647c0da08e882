package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.messages.JobAssigned;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.network.Relay;
import io.github.arc4j.simulator.network.ServerIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GitHub supports HTTP/2 and ends connections with GOAWAY, as servers do when they are replaced. */
class Http2SimulatorTest {
    private static final int JOBS = 10;

    @TempDir
    private Path directory;

    @Test
    void runsJobsAlthoughEachConnectionServesOnlyThreeRequests() throws Exception {
        ServerIdentity identity = ServerIdentity.create(directory);
        try (GitHubSimulator github = GitHubSimulator.start(SimulatorOptions.builder()
                        .tls(identity.tls())
                        .http2(3)
                        .publicUrl("https://github.test")
                        .pollTimeout(Duration.ofMillis(500))
                        .build());
                Relay proxy = Relay.proxy(github.port(), "user:secret");
                ActionsClient client = ActionsClient.builder(
                                ConfigUrl.parse(github.configUrl("org/repo")), () -> new PersonalAccessToken("sim-pat"))
                        .trust(identity.certificate())
                        .proxy(ProxySettings.of(null, "http://user:secret@127.0.0.1:" + proxy.port(), null))
                        .build()) {
            int scaleSet = client.createScaleSet(RunnerScaleSet.builder()
                            .name("set")
                            .runnerGroupId(client.getRunnerGroup("Default").id())
                            .build())
                    .id();
            github.queueJobs(
                    JobRequest.builder("set").duration(Duration.ofMillis(10)).build(), JOBS);
            try (MessageSession session = client.openSession(scaleSet, "me")) {
                long last = 0;
                while (github.jobs().stream().anyMatch(job -> job.completedAt() == null)) {
                    Message message = session.poll(last, JOBS).orElse(null);
                    if (message == null) {
                        continue;
                    }
                    for (JobMessage element : message.jobs()) {
                        handle(element, client, session, github, scaleSet);
                    }
                    session.deleteMessage(message.id());
                    last = message.id();
                }
            }
            assertThat(github.violations()).isEmpty();
            // One per three runners, and more: without GOAWAY a client needs only two connections, one of them for
            // polls.
            assertThat(proxy.tunnels()).hasSizeGreaterThan(JOBS / 3 + 1);
        }
    }

    private static void handle(
            JobMessage element, ActionsClient client, MessageSession session, GitHubSimulator github, int scaleSet)
            throws Exception {
        if (element instanceof JobAvailable available) {
            session.acquireJobs(List.of(available.job().runnerRequestId()));
        } else if (element instanceof JobAssigned assigned) {
            String name = "runner-" + assigned.job().runnerRequestId();
            String config = client.generateJitConfig(scaleSet, name, "").encodedJitConfig();
            assertThat(github.runRunner(config).exitCode()).isZero();
        }
    }
}
