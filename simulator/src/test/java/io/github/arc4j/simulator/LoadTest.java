package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final int JOBS = 1000;

    @Test
    void thousandRunnersCompleteThousandJobsQuickly() throws Exception {
        try (GitHubSimulator simulator = GitHubSimulator.start()) {
            WireClient client = WireClient.connected(simulator, "org");
            int scaleSet = client.scaleSet("set");
            List<RunnerProcess> runners = new ArrayList<>();
            try (Listener listener = new Listener(client, scaleSet, Integer.MAX_VALUE)) {
                for (String config : jitConfigs(client, scaleSet)) {
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
                Duration elapsed = Duration.ofNanos(System.nanoTime() - before);
                System.out.printf("%d jobs on %d runners: %d ms%n", JOBS, JOBS, elapsed.toMillis());
                for (RunnerProcess runner : runners) {
                    assertThat(runner.exit()).isEqualTo("exit=0 result=succeeded");
                }
                assertThat(elapsed).isLessThan(Duration.ofSeconds(10));
                assertThat(listener.elements).isNotEmpty();
            }
            assertThat(simulator.runners()).isEmpty();
            assertThat(simulator.violations()).isEmpty();
            assertThat(simulator.jobs()).extracting(JobView::runner).doesNotHaveDuplicates();
        }
    }

    @Test
    void latencyOfConcurrentCallsOverlaps() throws Exception {
        SimulatorOptions options =
                SimulatorOptions.builder().latency(Duration.ofMillis(150)).build();
        try (GitHubSimulator simulator = GitHubSimulator.start(options)) {
            WireClient client = WireClient.connected(simulator, "org");
            int scaleSet = client.scaleSet("set");
            long before = System.nanoTime();
            List<String> configs = jitConfigs(client, scaleSet);
            Duration elapsed = Duration.ofNanos(System.nanoTime() - before);
            System.out.printf("%d JIT configs at once, latency 150 ms: %d ms%n", JOBS, elapsed.toMillis());
            assertThat(configs).doesNotHaveDuplicates().doesNotContain("");
            assertThat(simulator.runners()).hasSize(JOBS);
            assertThat(elapsed).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void everyJobRunsOnceAlthoughSessionsExpire() throws Exception {
        int jobs = 100;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                GitHubSimulator simulator = GitHubSimulator.start()) {
            WireClient client = WireClient.connected(simulator, "org");
            int scaleSet = client.scaleSet("set");
            List<Future<RunnerExit>> exits = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                String jit = client.jit(scaleSet, "runner-" + i)
                        .json()
                        .path("encodedJITConfig")
                        .asText();
                exits.add(threads.submit(() -> simulator.runRunner(jit)));
            }
            simulator.queueJobs(
                    JobRequest.builder("set").duration(Duration.ofMillis(10)).build(), jobs);
            for (int done = 0; done < jobs; done = simulator.summary().completed()) {
                int before = done;
                try (Listener listener = new Listener(client, scaleSet, 7)) {
                    simulator.awaitJobs(summary -> summary.completed() > before, Duration.ofSeconds(10));
                    assertThat(listener.elements.size()).isLessThan(5 * jobs);
                }
                simulator.expireSessions();
            }
            for (Future<RunnerExit> exit : exits) {
                assertThat(exit.get()).isEqualTo(new RunnerExit(0, "succeeded"));
            }
            assertThat(simulator.summary().succeeded()).isEqualTo(jobs);
            assertThat(simulator.jobs())
                    .allSatisfy(job -> assertThat(job.attempt()).isEqualTo(1));
            assertThat(simulator.jobs()).extracting(JobView::runner).doesNotHaveDuplicates();
        }
    }

    private static List<String> jitConfigs(WireClient client, int scaleSet) throws Exception {
        List<Future<String>> configs = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < JOBS; i++) {
                String name = "runner-" + i;
                configs.add(threads.submit(() -> client.jit(scaleSet, name)
                        .json()
                        .path("encodedJITConfig")
                        .asText()));
            }
        }
        List<String> texts = new ArrayList<>();
        for (Future<String> config : configs) {
            texts.add(config.get());
        }
        return texts;
    }
}
