package io.github.arc4j.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.JobView;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.network.ServerIdentity;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The image's processes are killed, and the next job starts soon. All times are the defaults. */
class FailoverTest {
    /**
     * docs/scaling.md promises this: a new leader needs 4.5 s to notice that the former one has died, and a process that
     * is started again needs up to 2 s here, without the image's start-up archive.
     */
    private static final Duration PROMISED = Duration.ofSeconds(6);

    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
    private static final String ELECTION = "--enable-leader-election";

    @TempDir
    private Path directory;

    private GitHubSimulator github;
    private ProcessSystem system;

    @BeforeEach
    void start() throws Exception {
        ServerIdentity identity = ServerIdentity.create(directory);
        github = GitHubSimulator.start(SimulatorOptions.builder().build());
        system = new ProcessSystem(directory, github, InetAddress.getLoopbackAddress(), identity, Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        system.close();
        github.close();
    }

    /** The output of all processes contains this text this number of times. */
    private void awaitOutput(String text, int times) {
        Pattern pattern = Pattern.compile(text, Pattern.LITERAL);
        await().atMost(START_TIMEOUT)
                .until(() -> pattern.matcher(system.output()).results().count() == times);
    }

    /** Queues a job, and returns the time at which a runner started it. */
    private Instant runJob() throws Exception {
        long job = github.queueJob(JobRequest.of(ProcessSystem.SHARED));
        try {
            github.await(now -> startOf(job).isPresent(), START_TIMEOUT);
        } catch (TimeoutException e) {
            throw new AssertionError("the job did not start; output of the processes:\n" + system.output(), e);
        }
        return startOf(job).orElseThrow();
    }

    private Optional<Instant> startOf(long job) {
        return github.jobs().stream()
                .filter(view -> view.id() == job)
                .findFirst()
                .map(JobView::startedAt);
    }

    /**
     * The promised time, and the time until the first job after the processes' start, which grows with the load of the
     * machine. {@code -Dfailover.seconds=6} for a machine that does nothing else.
     */
    private static Duration limit(Duration start) {
        Integer seconds = Integer.getInteger("failover.seconds");
        return seconds == null ? PROMISED.plus(start) : Duration.ofSeconds(seconds);
    }

    private static Instant kill(Process process) throws InterruptedException {
        Instant now = Instant.now();
        process.destroyForcibly().waitFor();
        return now;
    }

    @Test
    void anotherControllerTakesOverFromALeaderThatWasKilled() throws Exception {
        Instant begin = Instant.now();
        Process leader = system.startController("controller-a", ELECTION);
        system.startSharedListener("listener-a");
        system.createSharedScaleSet(github.configUrl("acme/app"));
        Duration start = Duration.between(begin, runJob());
        system.startController("controller-b", ELECTION);
        awaitOutput("Attempting to acquire leader lease", 2);

        Instant killed = kill(leader);

        assertThat(Duration.between(killed, runJob())).isLessThan(limit(start));
        assertThat(system.output()).contains("as controller-b_controller-b-uid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"listener-a", "listener-b"})
    void theSamePodOrAnotherOneListensAfterASharedListenerWasKilled(String pod) throws Exception {
        Instant begin = Instant.now();
        system.startController("controller-a");
        Process listener = system.startSharedListener("listener-a");
        system.createSharedScaleSet(github.configUrl("acme/app"));
        Duration start = Duration.between(begin, runJob());

        Instant killed = kill(listener);
        system.startSharedListener(pod);

        assertThat(Duration.between(killed, runJob())).isLessThan(limit(start));
    }
}
