package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.runtime.Result;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runners that are being deleted: in their place others are created, but never beside them. */
class DepartingRunnersTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();
    private String departing;

    @BeforeEach
    void createRunner() throws Exception {
        fixture.create(1, 1);
        departing = fixture.names().getFirst();
        fixture.runners.reconcileRunner(departing);
        fixture.runners.podRuns(departing);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aRunnerWhoseRegistrationMayBeUnderWayIsReplacedWhenGitHubDoesNotHaveIt() throws Exception {
        fixture.runners.deletePod(departing); // so nothing knows the id of the registration
        fixture.runners.reportRunner(departing, status -> status.runnerId(0));
        fixture.renewTemplate();
        fixture.pass();
        assertThat(fixture.names()).isEmpty();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.names()).hasSize(1).doesNotContain(departing);
    }

    @Test
    void aRunnerThatAUserDeletesIsReplacedWhenItsJobIsDone() throws Exception {
        fixture.runners.jobStarts(departing);
        fixture.runners.deleteRunner(departing);
        fixture.removalEnds();
        fixture.request(2, 1);
        assertThat(fixture.names()).isEmpty();
        fixture.runners.pass(Duration.ofSeconds(5)); // the status is written
        fixture.pass();
        assertThat(fixture.runners.reconcileSet("set"))
                .as("the end of the pod changes nothing of the set or its runners")
                .isEqualTo(Result.after(Duration.ofSeconds(2)));
        fixture.runners.podEnds(departing, 1);
        fixture.pass();
        assertThat(fixture.names()).as("GitHub keeps it busy for a while").hasSize(1);
    }
}
