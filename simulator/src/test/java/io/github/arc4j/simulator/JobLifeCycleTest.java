package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobLifeCycleTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final GitHubSimulator simulator = GitHubSimulator.start();

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void aJobGoesFromTheQueueToItsRunnerAndToItsEnd() throws Exception {
        List<SimulatorEvent> events = new CopyOnWriteArrayList<>();
        simulator.subscribe(events::add);
        WireClient client = WireClient.connected(simulator, "org/repo");
        int scaleSet = client.scaleSet("set");
        String jit =
                client.jit(scaleSet, "runner-1").json().path("encodedJITConfig").asText();
        try (Listener listener = new Listener(client, scaleSet, 10)) {
            long id = simulator.queueJob(JobRequest.builder("set")
                    .repository("org/repo")
                    .duration(Duration.ofMillis(20))
                    .exitCode(3)
                    .build());
            assertThat(simulator.runRunner(jit)).isEqualTo(new RunnerExit(3, "succeeded"));
            simulator.awaitJobs(summary -> summary.succeeded() == 1, SOON);
            Awaitility.await().atMost(SOON).until(() -> listener.elements.size() == 4);

            assertThat(listener.types()).containsExactly("JobAvailable", "JobAssigned", "JobStarted", "JobCompleted");
            JsonNode completed = listener.elements.get(3);
            assertThat(completed.path("result").asText()).isEqualTo("succeeded");
            assertThat(completed.path("runnerName").asText()).isEqualTo("runner-1");
            assertThat(completed.path("ownerName").asText()).isEqualTo("org");
            assertThat(completed.path("repositoryName").asText()).isEqualTo("repo");
            assertThat(List.of("queueTime", "scaleSetAssignTime", "runnerAssignTime", "finishTime"))
                    .extracting(key -> completed.path(key).asText())
                    .isSorted()
                    .doesNotContain("0001-01-01T00:00:00Z", "");
            assertThat(simulator.jobs())
                    .singleElement()
                    .satisfies(job -> assertThat(job.id()).isEqualTo(id))
                    .satisfies(job -> assertThat(job.state()).isEqualTo(JobState.COMPLETED));
            assertThat(simulator.runners()).isEmpty();
            assertThat(events.stream().map(SimulatorEvent::kind))
                    .contains(Kind.JOB_QUEUED, Kind.JOB_STARTED, Kind.JOB_COMPLETED, Kind.RUNNER_REMOVED);
            assertThat(simulator.violations()).isEmpty();
        }
    }
}
