package io.github.arc4j.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.network.Relay;
import io.github.arc4j.simulator.network.ServerIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The controller and the listeners, as the image's processes, run jobs with a GitHub that has a private certificate,
 * over faulty networks. Their real timeouts apply, so a test may wait for minutes; therefore all tests run
 * concurrently.
 */
@Execution(ExecutionMode.CONCURRENT)
class HostileNetworkTest {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(240);
    /** The longest request timeout is that of a poll, two minutes. */
    private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(300);

    @TempDir
    private Path directory;

    private ServerIdentity identity;
    private String certificateFile;

    @BeforeEach
    void createCertificate() throws Exception {
        identity = ServerIdentity.create(directory);
        certificateFile = Files.writeString(directory.resolve("github.pem"), identity.certificate())
                .toString();
    }

    /** Runs one job of each scale set. */
    private static void runJobs(GitHubSimulator github, ProcessSystem system, Duration timeout) throws Exception {
        Set<Long> jobs = Set.of(
                github.queueJob(JobRequest.of(ProcessSystem.SHARED)),
                github.queueJob(JobRequest.of(ProcessSystem.DEDICATED)));
        try {
            github.await(
                    now -> now.jobs().stream()
                            .filter(job -> jobs.contains(job.id()))
                            .allMatch(job -> "succeeded".equals(job.result())),
                    timeout);
        } catch (TimeoutException e) {
            throw new AssertionError("jobs did not complete; output of the processes:\n" + system.output(), e);
        }
    }

    @Test
    void runsJobsBehindAProxyThatRequiresCredentials() throws Exception {
        SimulatorOptions options = SimulatorOptions.builder()
                .tls(identity.tls())
                .publicUrl("https://github.test")
                .build();
        try (GitHubSimulator github = GitHubSimulator.start(options);
                Relay proxy = Relay.proxy(github.port(), "user:p@ss");
                ProcessSystem system =
                        system(github, Map.of("HTTPS_PROXY", "http://user:p%40ss@127.0.0.1:" + proxy.port()))) {
            system.start();
            system.createScaleSets(github.configUrl("acme/app"));
            runJobs(github, system, START_TIMEOUT);
            assertThat(proxy.denied()).isEmpty();
            assertThat(proxy.tunnels()).isNotEmpty().containsOnly("github.test:443");
        }
    }

    @Test
    void runsJobsAgainAfterConnectionsFroze() throws Exception {
        SimulatorOptions options = SimulatorOptions.builder()
                .tls(identity.tls())
                .sessionTimeout(RECOVERY_TIMEOUT)
                .build();
        try (GitHubSimulator github = GitHubSimulator.start(options);
                Relay network = Relay.to(github.port());
                ProcessSystem system = system(github, Map.of())) {
            system.start();
            system.createScaleSets("https://127.0.0.1:" + network.port() + "/acme/app");
            runJobs(github, system, START_TIMEOUT);
            network.freeze();
            runJobs(github, system, RECOVERY_TIMEOUT);
        }
    }

    @Test
    void runsJobsIfTheFirstAddressOfGitHubIsUnreachable() throws Exception {
        SimulatorOptions options =
                SimulatorOptions.builder().tls(identity.tls()).build();
        String addresses = "-D" + NamesOfTest.PROPERTY + "=github.test,127.0.0.9,127.0.0.1";
        try (GitHubSimulator github = GitHubSimulator.start(options);
                ProcessSystem system = system(github, Map.of("JDK_JAVA_OPTIONS", addresses))) {
            system.start();
            system.createScaleSets("https://github.test:" + github.port() + "/acme/app");
            runJobs(github, system, START_TIMEOUT);
        }
    }

    @Test
    void runsJobsOverIpv6Only() throws Exception {
        InetAddress ipv6 = InetAddress.ofLiteral("::1");
        assumeThat(NetworkInterface.getByInetAddress(ipv6)).isNotNull();
        SimulatorOptions options =
                SimulatorOptions.builder().host("::1").tls(identity.tls()).build();
        try (GitHubSimulator github = GitHubSimulator.start(options);
                ProcessSystem system = system(github, ipv6, Map.of())) {
            system.start();
            system.createScaleSets(github.configUrl("acme/app"));
            runJobs(github, system, START_TIMEOUT);
        }
    }

    private ProcessSystem system(GitHubSimulator github, Map<String, String> network) throws IOException {
        return system(github, InetAddress.getLoopbackAddress(), network);
    }

    private ProcessSystem system(GitHubSimulator github, InetAddress apiServer, Map<String, String> network)
            throws IOException {
        Map<String, String> environment = new HashMap<>(network);
        environment.put("SSL_CERT_FILE", certificateFile);
        return new ProcessSystem(directory, github, apiServer, identity, environment);
    }
}
