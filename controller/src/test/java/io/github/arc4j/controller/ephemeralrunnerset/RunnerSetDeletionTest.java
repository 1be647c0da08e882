package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a set is deleted. */
class RunnerSetDeletionTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aDeletedSetWaitsForItsBusyRunners() throws Exception {
        fixture.create(1, 3);
        List<String> names = fixture.names();
        fixture.runsJob(names.get(0));
        fixture.runs(names.get(1));
        fixture.runners.client.resource(fixture.set()).delete();
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.runners())
                .extracting(HasMetadata::getMetadata)
                .extracting("name")
                .containsExactly(names.get(0));
        assertThat(fixture.set()).isNotNull();
        fixture.runners.github.busy.clear();
        fixture.runners.client.resource(fixture.runners.runner(names.get(0))).delete();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.set()).isNull();
        assertThat(fixture.runners()).isEmpty();
        assertThat(fixture.runners.github.registered).isEmpty();
    }
}
