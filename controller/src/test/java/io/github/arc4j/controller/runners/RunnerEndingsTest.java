package io.github.arc4j.controller.runners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known about why a runner ends. */
class RunnerEndingsTest {
    private final ResourceCache<EphemeralRunner> cache = new ResourceCache<>(EphemeralRunner.class);
    private final RunnerEndings endings = new RunnerEndings(cache);
    private final EphemeralRunner runner = runner(Map.of());

    @BeforeEach
    void cacheTheRunner() {
        cache.written(runner);
    }

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

    private void delete(RunnerEnding ending) {
        endings.delete(runner, ending, () -> runner);
    }

    private void fail(RunnerEnding ending, int code) {
        assertThatThrownBy(() -> endings.delete(runner, ending, () -> {
                    throw new KubernetesClientException("failed", code, null);
                }))
                .isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void whoeverDeletesARunnerSaysWhy() {
        delete(RunnerEnding.SURPLUS);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.SURPLUS);
    }

    @Test
    void theReasonIsKnownBeforeTheCacheReportsTheDeletion() {
        AtomicReference<RunnerEnding> reported = new AtomicReference<>();
        cache.derive((before, after) -> reported.set(endings.of(Objects.requireNonNull(before))));
        endings.delete(runner, RunnerEnding.SURPLUS, () -> {
            cache.deleted(runner);
            return null;
        });
        assertThat(reported).hasValue(RunnerEnding.SURPLUS);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.OBJECT_DELETED);
    }

    @Test
    void aRejectedDeletionIsNotTheReasonOfALaterOne() {
        fail(RunnerEnding.JOB_WITHOUT_POD, 403);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.OBJECT_DELETED);
        delete(RunnerEnding.SURPLUS);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.SURPLUS);
    }

    @Test
    void aRejectedDeletionDoesNotHideTheReasonOfAConcurrentOne() {
        delete(RunnerEnding.JOB_WITHOUT_POD);
        fail(RunnerEnding.SURPLUS, 409);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.JOB_WITHOUT_POD);
    }

    @Test
    void aDeletionWithoutResponseMayHaveTakenEffect() {
        fail(RunnerEnding.SURPLUS, 0);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.SURPLUS);
    }

    @Test
    void aRejectedRetryKeepsTheReasonOfADeletionThatMayHaveTakenEffect() {
        fail(RunnerEnding.RUNNER_NAME_TAKEN, 0);
        fail(RunnerEnding.RUNNER_NAME_TAKEN, 429);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.RUNNER_NAME_TAKEN);
    }

    @Test
    void aRejectedRetryForAnotherReasonKeepsTheFirstOne() {
        fail(RunnerEnding.SURPLUS, 0);
        fail(RunnerEnding.JOB_LOST, 429);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.SURPLUS);
    }

    @Test
    void aRunnerThatNoLongerExistsIsNotRemembered() {
        cache.deleted(runner);
        delete(RunnerEnding.SURPLUS);
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.OBJECT_DELETED);
    }

    @Test
    void theDeletionByAUserMayBeForced() {
        assertThat(endings.of(runner)).isEqualTo(RunnerEnding.OBJECT_DELETED);
        assertThat(endings.of(runner(Map.of(Annotations.FORCE_DELETE, "true")))).isEqualTo(RunnerEnding.FORCED);
    }
}
