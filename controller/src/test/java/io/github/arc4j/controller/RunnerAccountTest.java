package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.controller.runners.CompletedRunner;
import io.github.arc4j.kube.store.Change;
import io.github.arc4j.kube.store.ChangeFeed;
import io.github.arc4j.simulator.JobRequest;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many runners are made for how many jobs, while jobs come and end all the time. */
class RunnerAccountTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int JOBS = 60;

    private ControllerFixture fixture;
    private TestListener listener;

    @BeforeEach
    void start() {
        fixture = new ControllerFixture(options -> options.pollTimeout(Duration.ofMillis(500)));
        fixture.createScaleSet("set", spec -> spec.maxRunners(100));
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        listener = new TestListener(
                fixture, "set", fixture.github.scaleSets().getFirst().id(), 100);
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
        fixture.close();
    }

    @Test
    void exactlyOneRunnerIsCreatedPerJob() {
        completeFirstJob();
        AtomicInteger made = new AtomicInteger();
        Random random = new Random(1);
        try (ChangeFeed runners = fixture.kube
                .store()
                .subscribe(List.of(fixture.kube.store().resource("ephemeralrunners")), change -> {
                    if (change.kind() == Change.Kind.ADDED) {
                        made.incrementAndGet();
                    }
                })) {
            for (int i = 0; i < JOBS; i++) {
                fixture.github.queueJobs(
                        JobRequest.builder("set")
                                .duration(Duration.ofMillis(300 + random.nextInt(700)))
                                .build(),
                        1);
                fixture.letHappen(random.nextInt(20), Duration.ofMillis(100));
            }
            await().atMost(LIMIT)
                    .until(() -> fixture.github.summary().unfinished() == 0
                            && fixture.runners().isEmpty()
                            && made.get() >= JOBS); // observers are told later
        }
        assertThat(made.get()).isEqualTo(JOBS);
    }

    /** A listener that has reported the end of a job is waited for longer. */
    private void completeFirstJob() {
        fixture.github.queueJobs(JobRequest.builder("set").build(), 1);
        await().atMost(LIMIT)
                .until(() -> fixture.github.summary().unfinished() == 0
                        && fixture.runners().isEmpty()
                        && !CompletedRunner.annotation(fixture.runnerSet("set")).isEmpty());
    }
}
