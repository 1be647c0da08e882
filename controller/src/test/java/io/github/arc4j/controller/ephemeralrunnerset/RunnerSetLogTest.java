package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.controller.ephemeralrunnerset.scaling.ScalingState;
import io.github.arc4j.runtime.CapturedLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log says when the number of runners changes. */
class RunnerSetLogTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void eachChangeOfTheNumberIsOneLine() throws Exception {
        try (CapturedLog log = CapturedLog.of(EphemeralRunnerSetReconciler.class.getPackage())) {
            fixture.create(1, 3);
            fixture.pass();
            fixture.request(2, 5);
            fixture.pass();
            fixture.names().forEach(fixture::runs);
            fixture.request(0, 4);
            fixture.removalEnds();
            fixture.pass();
            assertThat(log.messages())
                    .containsExactly(
                            "Created 3 runners, now 3 of 3 desired: the listener requests more",
                            "Desired number of runners changed from 3 to 5 (patch 2)",
                            "Created 2 runners, now 5 of 5 desired: the listener requests more",
                            "Desired number of runners changed from 5 to 4 (patch 0)",
                            "Deleted 1 idle runner: more runners than needed");
        }
    }

    @Test
    void aNewTemplateSaysWhyRunnersAreReplaced() throws Exception {
        fixture.create(1, 2);
        fixture.names().forEach(fixture::runs);
        try (CapturedLog log = CapturedLog.of(EphemeralRunnerSetReconciler.class.getPackage())) {
            fixture.renewTemplate();
            fixture.replace();
            assertThat(log.messages())
                    .containsExactly(
                            "Deleted 2 idle runners: the template has changed",
                            "Created 2 runners, now 2 of 2 desired: replacements for deleted ones");
        }
    }

    @Test
    void theRunnersOwnLineHasTheSameReason() throws Exception {
        fixture.create(1, 1);
        fixture.names().forEach(fixture::runs);
        try (CapturedLog log = CapturedLog.ofAll()) {
            fixture.renewTemplate();
            fixture.pass();
            fixture.removalEnds();
            assertThat(log.messages()).contains("Deleted the runner to replace it: the template has changed");
        }
    }

    @Test
    void aRunnerThatSomebodyDeletesHasALine() throws Exception {
        fixture.create(1, 1);
        try (CapturedLog log = CapturedLog.ofAll()) {
            fixture.runners.client.resource(fixture.runners().getFirst()).delete();
            fixture.removalEnds();
            assertThat(log.messages()).containsExactly("Deleted the runner: its EphemeralRunner was deleted");
        }
    }

    @Test
    void whyNothingIsCreatedIsOneDebugLine() throws Exception {
        fixture.create(1, 2);
        fixture.runners.deleteRunner(fixture.names().getFirst());
        fixture.removalEnds();
        try (CapturedLog log = CapturedLog.debugOf(ScalingState.class)) {
            fixture.pass();
            fixture.pass();
            assertThat(log.messages())
                    .containsExactly(
                            "To create: 0, to delete: 0: the listener has made no request since the latest runner"
                                    + " ended");
        }
    }
}
