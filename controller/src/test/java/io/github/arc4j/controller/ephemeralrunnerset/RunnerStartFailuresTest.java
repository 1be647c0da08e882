package io.github.arc4j.controller.ephemeralrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.SCALE_SET_ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.kube.http.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a set replaces runners that end before they have a pod. */
class RunnerStartFailuresTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** Why a runner cannot start. */
    private enum Obstacle {
        RUNNER_OF_ANOTHER_SCALE_SET,
        RUNNER_WITH_A_JOB,
        POD_OF_ANOTHER_OWNER
    }

    private void cannotStart(String name, Obstacle obstacle) throws Exception {
        switch (obstacle) {
            case RUNNER_OF_ANOTHER_SCALE_SET -> fixture.runners.github.register(name, SCALE_SET_ID + 1);
            case RUNNER_WITH_A_JOB -> {
                fixture.runners.github.register(name, SCALE_SET_ID);
                fixture.runners.github.busy.add(name);
            }
            case POD_OF_ANOTHER_OWNER ->
                fixture.runners
                        .kube
                        .faults()
                        .inject(Fault.on("create", "pods").name(name).answer(409, "AlreadyExists", "it exists"));
        }
        fixture.runners.reconcileRunner(name);
        fixture.runners.github.busy.remove(name);
        fixture.removalEnds();
        fixture.pass();
    }

    private void cannotStart(String name) throws Exception {
        cannotStart(name, Obstacle.RUNNER_OF_ANOTHER_SCALE_SET);
    }

    private void pass(Duration time) throws Exception {
        fixture.runners.pass(time);
        fixture.pass();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSingleRunnerIsReplacedImmediately(int patchId) throws Exception {
        fixture.create(patchId, 1);
        List<String> before = fixture.names();
        cannotStart(before.getFirst());
        assertThat(fixture.names()).hasSize(1).doesNotContainAnyElementsOf(before);
        assertThat(fixture.ready().getReason()).isEqualTo("Scaled");
    }

    @ParameterizedTest
    @EnumSource
    void theDelayGrowsFromTheSecondFailureInARow(Obstacle obstacle) throws Exception {
        fixture.create(0, 1);
        cannotStart(fixture.names().getFirst(), obstacle);
        for (int seconds : List.of(5, 10, 20, 40, 80, 80)) {
            cannotStart(fixture.names().getFirst(), obstacle);
            if (seconds >= 40) { // the time goes on while a busy machine reconciles
                pass(Duration.ofSeconds(seconds / 4));
                assertThat(fixture.names()).as("before " + seconds + " s").isEmpty();
                assertThat(fixture.ready().getReason()).isEqualTo("RunnersStuck");
                assertThat(fixture.ready().getMessage())
                        .isEqualTo("1 runner cannot start; the Events of the latest ones say why");
            }
            pass(Duration.ofSeconds(seconds));
            assertThat(fixture.names()).as("after " + seconds + " s").hasSize(1);
            assertThat(fixture.ready().getReason()).isEqualTo("Scaled");
        }
    }

    /** Each request of the listener is new, but as many runners as could not start keep waiting. */
    @Test
    void newRequestsDoNotCircumventTheDelay() throws Exception {
        fixture.create(1, 20);
        for (String name : fixture.names()) {
            cannotStart(name);
        }
        for (int patchId = 2; patchId < 10; patchId++) {
            fixture.request(patchId, 20);
        }
        assertThat(fixture.names().size())
                .as("the first one, and those that waited for 5, 10 and 20 s on a busy machine")
                .isBetween(1, 4);
        pass(Duration.ofSeconds(81));
        assertThat(fixture.names()).hasSize(20);
    }

    @Test
    void aJobResetsTheDelay() throws Exception {
        fixture.create(0, 2);
        for (int i = 0; i < 4; i++) {
            cannotStart(fixture.names().getLast());
            pass(Duration.ofSeconds(81));
        }
        fixture.runsJob(fixture.names().getFirst());
        fixture.pass();
        cannotStart(fixture.names().getLast());
        assertThat(fixture.names()).hasSize(2);
    }

    @Test
    void aDeletedRunnerIsReplacedImmediately() throws Exception {
        fixture.create(0, 3);
        for (int i = 0; i < 3; i++) {
            fixture.runners.deleteRunner(fixture.names().getFirst());
            fixture.removalEnds();
            fixture.pass();
            assertThat(fixture.names()).hasSize(3);
        }
    }
}
