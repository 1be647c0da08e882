package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.RunnerView;
import io.github.arc4j.simulator.faults.Fault;
import io.github.arc4j.simulator.faults.RunnerFault;
import io.github.arc4j.simulator.faults.RunnerFault.Kind;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many jobs whose runners often hang, while the controller is killed again and again and one in twenty calls of GitHub
 * fails. {@code -Dhung.jobs=500} runs more jobs.
 */
class HungRunnersTest {
    private static final int JOBS = Integer.getInteger("hung.jobs", 100);
    private static final int JOBS_PER_KILL = 40;
    private static final int MAX_RUNNERS = 20;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final RunnerPolicy POLICY =
            RunnerPolicy.builder().endGrace("1s").onlineTimeout("3s").build();

    private final ControllerFixture fixture =
            new ControllerFixture(options -> options.pollTimeout(Duration.ofMillis(500))
                    .lostRunnerAfter(Duration.ofMillis(500))
                    .assignTimeout(Duration.ofMinutes(10)));
    private final RunnerInvariants invariants = new RunnerInvariants(fixture, MAX_RUNNERS);

    @AfterEach
    void stop() throws Exception {
        invariants.close();
        fixture.close();
    }

    @Test
    void everySlotBecomesFreeAndNoLiveJobIsTouched() throws Exception {
        fixture.createScaleSet("set", spec -> spec.maxRunners(MAX_RUNNERS).policy(POLICY));
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        int id = fixture.github.scaleSets().getFirst().id();
        try (TestListener listener = new TestListener(fixture, "set", id, MAX_RUNNERS)) {
            String busy = startJobThatNeverFinishes();
            fixture.github.runnerFaults().add(RunnerFault.of(Kind.NEVER_EXITS).randomly(0.1));
            fixture.github.runnerFaults().add(RunnerFault.of(Kind.NEVER_ONLINE).randomly(0.05));
            fixture.github
                    .faults()
                    .add(Fault.on("GET|DELETE|POST", ".*(/generatejitconfig|/agents.*)")
                            .randomly(0.05)
                            .dropping());
            fixture.github.queueJobs(
                    JobRequest.builder("set").duration(Duration.ofMillis(50)).build(), JOBS);
            for (int done = JOBS_PER_KILL; done < JOBS; done += JOBS_PER_KILL) {
                awaitCompleted(done);
                fixture.crashController();
            }
            awaitCompleted(JOBS);

            await("only the runner with a job is left").atMost(LIMIT).untilAsserted(() -> {
                assertThat(podNames()).containsExactly(busy);
                assertThat(fixture.github.runners())
                        .extracting(RunnerView::name)
                        .containsExactly(busy);
            });
            assertThat(invariants.violations()).isEmpty();
            assertThat(invariants.lostJobs()).isEmpty();
            assertThat(fixture.github.runnerFaults().hits()).isGreaterThan(JOBS / 20);
        }
    }

    /** Its job is alive, although it lasts longer than all others. */
    private String startJobThatNeverFinishes() throws Exception {
        fixture.github.runnerFaults().add(RunnerFault.of(Kind.NEVER_FINISHES));
        fixture.github.queueJobs(JobRequest.builder("set").build(), 1);
        fixture.github.await(github -> github.runners().stream().anyMatch(RunnerView::busy), LIMIT);
        return podNames().iterator().next();
    }

    private void awaitCompleted(int jobs) throws Exception {
        fixture.github.awaitJobs(summary -> summary.completed() >= jobs, LIMIT);
    }

    private Set<String> podNames() {
        return fixture.runnerPods().stream()
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.toSet());
    }
}
