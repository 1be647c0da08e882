package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final int JOBS = 1000;

    @Test
    void aThousandRunnersCompleteAThousandJobsQuickly() throws Exception {
        try (GitHubSimulator simulator = GitHubSimulator.start()) {
            WireClient client = WireClient.connected(simulator, "org");
            int scaleSet = client.scaleSet("set");
            List<String> configs = new ArrayList<>();
            for (int i = 0; i < JOBS; i++) {
                configs.add(client.jit(scaleSet, "runner-" + i)
                        .json()
                        .path("encodedJITConfig")
                        .asText());
            }
            List<RunnerProcess> runners = new ArrayList<>();
            try (Listener listener = new Listener(client, scaleSet, Integer.MAX_VALUE)) {
                for (String config : configs) {
                    runners.add(new RunnerProcess(simulator, config));
                }
                simulator.await(
                        sim -> sim.scaleSets().get(0).statistics().totalIdleRunners() == JOBS, Duration.ofSeconds(30));
                long before = System.nanoTime();
                simulator.queueJobs(
                        JobRequest.builder("set")
                                .duration(Duration.ofMillis(500))
                                .build(),
                        JOBS);
                simulator.awaitJobs(jobs -> jobs.succeeded() == JOBS, Duration.ofSeconds(30));
                Duration taken = Duration.ofNanos(System.nanoTime() - before);
                System.out.printf("%d jobs on %d runners: %d ms%n", JOBS, JOBS, taken.toMillis());
                for (RunnerProcess runner : runners) {
                    assertThat(runner.exit()).isEqualTo("exit=0 result=succeeded");
                }
                assertThat(taken).isLessThan(Duration.ofSeconds(10));
            }
            assertThat(simulator.runners()).isEmpty();
            assertThat(simulator.violations()).isEmpty();
            assertThat(simulator.jobs()).extracting(JobView::runner).doesNotHaveDuplicates();
        }
    }
}
