package io.github.arc4j.controller.runners;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known about why a runner ends. */
class RunnerEndingsTest {
    private final ResourceCache<EphemeralRunner> cache = new ResourceCache<>(EphemeralRunner.class);
    private final RunnerEndings endings = new RunnerEndings(cache);

    private static EphemeralRunner runner(Map<String, String> annotations) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withNamespace("ns")
                .withName("runner")
                .withUid("uid")
                .withResourceVersion("1")
                .withAnnotations(annotations)
                .build());
        return runner;
    }

    @Test
    void whoeverDeletesARunnerSaysWhy() {
        EphemeralRunner runner = runner(Map.of());
        cache.written(runner);
        endings.begin(runner, RunnerEnding.SURPLUS);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.SURPLUS);
    }

    @Test
    void aRunnerThatNoLongerExistsIsNotRemembered() {
        EphemeralRunner runner = runner(Map.of());
        endings.begin(runner, RunnerEnding.SURPLUS);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.OBJECT_DELETED);
    }

    @Test
    void theDeletionByAUserMayBeForced() {
        assertThat(endings.of(runner(Map.of()))).isEqualTo(RunnerEnding.OBJECT_DELETED);
        assertThat(endings.of(runner(Map.of(Annotations.FORCE_DELETE, "true")))).isEqualTo(RunnerEnding.FORCED);
    }
}
