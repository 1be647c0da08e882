package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.runtime.FakeTime;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunnerEndTimesTest {
    private final ResourceCache<EphemeralRunner> runners = new ResourceCache<>(EphemeralRunner.class);
    private final RunnerEndTimes endTimes = new RunnerEndTimes(
            runners,
            new RunnerMetrics(
                    new CollectorRegistry(),
                    new ResourceCache<>(AutoscalingRunnerSet.class),
                    new ResourceCache<>(EphemeralRunnerSet.class)),
            new FakeTime());

    /** A runner that is being deleted, which its finalizer delays. */
    private static EphemeralRunner deleted(String uid, String version) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setNamespace("runners");
        runner.getMetadata().setName("runner");
        runner.getMetadata().setUid(uid);
        runner.getMetadata().setResourceVersion(version);
        runner.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        runner.getMetadata().setFinalizers(List.of("finalizer"));
        return runner;
    }

    @Test
    void theEndOfARunnerIsKeptUntilItsObjectIsGone() {
        EphemeralRunner runner = deleted("a", "1");
        runners.written(runner);
        endTimes.observe(runner, null);
        assertThat(endTimes.size()).isEqualTo(1);

        runners.deleted(runner);
        assertThat(endTimes.size()).isZero();
    }

    @Test
    void aStaleStateOfARunnerThatIsGoneLeavesNothingBehind() {
        EphemeralRunner gone = deleted("a", "1");
        runners.written(gone);
        runners.deleted(gone);
        endTimes.observe(gone, null);
        assertThat(endTimes.size()).isZero();

        runners.written(deleted("b", "2"));
        endTimes.observe(gone, null);
        assertThat(endTimes.size()).as("although another runner has its name").isZero();
    }
}
