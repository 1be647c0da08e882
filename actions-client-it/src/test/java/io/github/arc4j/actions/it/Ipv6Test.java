package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.network.Relay;
import io.github.arc4j.simulator.network.ServerIdentity;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GitHub, or the proxy for it, has only an IPv6 address. */
class Ipv6Test {
    @TempDir
    private Path directory;

    private InetAddress loopback;

    @BeforeEach
    void requireIpv6() throws Exception {
        loopback = InetAddress.ofLiteral("::1");
        assumeThat(NetworkInterface.getByInetAddress(loopback)).isNotNull();
    }

    /** Creates a scale set and acquires a job. */
    private static void acquireJob(GitHubSimulator github, ActionsClient client) throws Exception {
        int id = client.createScaleSet(
                        RunnerScaleSet.builder().name("set").runnerGroupId(1).build())
                .id();
        try (MessageSession session = client.openSession(id, "me")) {
            github.queueJob(JobRequest.of("set"));
            Message message = session.poll(0, 1).orElseThrow();
            long job = ((JobAvailable) message.jobs().getFirst()).job().runnerRequestId();
            assertThat(session.acquireJobs(List.of(job))).containsExactly(job);
            session.deleteMessage(message.id());
        }
        assertThat(github.violations()).isEmpty();
    }

    @Test
    void connectsToAServerByIpv6Address() throws Exception {
        try (GitHubSimulator github = GitHubSimulator.start(
                        SimulatorOptions.builder().host("::1").build());
                ActionsClient client = ActionsClient.builder(
                                ConfigUrl.parse(github.configUrl("org/repo")), () -> new PersonalAccessToken("sim-pat"))
                        .build()) {
            assertThat(github.uri().getHost()).isEqualTo("[::1]");
            acquireJob(github, client);
        }
    }

    @Test
    void connectsToAProxyByIpv6Address() throws Exception {
        ServerIdentity identity = ServerIdentity.create(directory);
        SimulatorOptions options = SimulatorOptions.builder()
                .tls(identity.tls())
                .publicUrl("https://github.test")
                .build();
        try (GitHubSimulator github = GitHubSimulator.start(options);
                Relay proxy = Relay.proxy(loopback, github.port(), "user:secret");
                ActionsClient client = ActionsClient.builder(
                                ConfigUrl.parse(github.configUrl("org/repo")), () -> new PersonalAccessToken("sim-pat"))
                        .trust(identity.certificate())
                        .proxy(ProxySettings.of(null, "http://user:secret@[::1]:" + proxy.port(), null))
                        .build()) {
            acquireJob(github, client);
            assertThat(proxy.tunnels()).isNotEmpty().containsOnly("github.test:443");
        }
    }
}
