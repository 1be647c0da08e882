package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.controller.ephemeralrunnerset.scaling.ScalingState.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Where the inputs of {@link RunnerCount} come from, and what is remembered of them. */
class ScalingStateTest {
    private final ScalingFixture fixture = new ScalingFixture();
    private final ScalingState scaling = fixture.start();

    private static EphemeralRunnerSet request(int patchId, int replicas) {
        return ScalingFixture.set(patchId, replicas, "");
    }

    private Snapshot snapshot(EphemeralRunnerSet set) {
        return scaling.of(set, 0, Integer.MAX_VALUE);
    }

    private boolean isNew(EphemeralRunnerSet set) {
        return snapshot(set).count().isNewRequest();
    }

    /** Creates the runners that the request lacks, as far as the state can know. */
    private void fulfil(EphemeralRunnerSet set) {
        Snapshot snapshot = snapshot(set);
        scaling.created(
                set, snapshot, snapshot.count().decide(), snapshot.count().missing());
    }

    private void runnerOfRequest(int patchId) {
        EphemeralRunner runner = fixture.runner("of-" + patchId, false);
        runner.getMetadata().getAnnotations().put(Annotations.PATCH_ID, Integer.toString(patchId));
        fixture.runners.written(runner);
    }

    @Test
    void aRunnerWhoseJobIsStillCountedIsNotMissingWhileItEnds() {
        ScalingFixture fresh = new ScalingFixture();
        List<Integer> missing = new ArrayList<>();
        AtomicReference<ScalingState> state = new AtomicReference<>();
        Runnable note = () -> missing.add(Objects.requireNonNull(state.get())
                .of(request(1, 1), 0, Integer.MAX_VALUE)
                .count()
                .missing());
        fresh.runners.onChange((before, after) -> note.run()); // before the state's own listeners
        state.set(fresh.start());
        note.run();
        fresh.runs("a");
        fresh.ends("a");
        note.run();
        assertThat(missing).containsExactly(1, 0, 0, 0);
    }

    @Test
    void aRequestIsFulfilledOnce() {
        assertThat(isNew(request(1, 5))).isTrue();
        fulfil(request(1, 5));
        assertThat(isNew(request(1, 5))).isFalse();
        assertThat(isNew(request(2, 5))).isTrue();
    }

    @Test
    void anIdleSetIsKeptAtItsMinimum() {
        fulfil(request(0, 1));
        assertThat(isNew(request(0, 1))).isTrue();
    }

    @Test
    void afterARestartTheStatusSaysWhichRequestWasFulfilled() {
        EphemeralRunnerSet set = request(7, 5);
        set.setStatus(
                EphemeralRunnerSetStatus.EMPTY.toBuilder().observedPatchID(7).build());
        assertThat(isNew(set)).isFalse();
        assertThat(scaling.fulfilledPatchId(set)).isEqualTo(7);
    }

    @Test
    void theFirstRequestIsFulfilledThoughSomeOfItsRunnersExist() {
        assertThat(isNew(request(1, 5))).isTrue();
        runnerOfRequest(1);
        assertThat(isNew(request(1, 5))).isTrue();
        assertThat(scaling.fulfilledPatchId(request(1, 5))).isZero();
    }

    @Test
    void afterATakeoverTheRunnersSayWhichRequestWasFulfilled() {
        runnerOfRequest(7);
        assertThat(isNew(request(7, 5))).isFalse();
        runnerOfRequest(8);
        assertThat(isNew(request(8, 5))).isTrue();
    }

    @Test
    void aNewProcessWaitsAsWellBeforeItReplacesARetainedRunner() {
        ScalingFixture fresh = new ScalingFixture();
        fresh.isRetained("a");
        fresh.time.pass(Duration.ofSeconds(2));
        ScalingState restarted = fresh.start();
        EphemeralRunnerSet set = request(1, 1);
        set.setStatus(
                EphemeralRunnerSetStatus.EMPTY.toBuilder().observedPatchID(1).build());
        Snapshot waiting = restarted.of(set, 0, Integer.MAX_VALUE);
        assertThat(waiting.count().decide().create()).isZero();
        assertThat(waiting.replacements().next()).isEqualTo(Duration.ofSeconds(3));
        fresh.time.pass(Duration.ofSeconds(3));
        assertThat(restarted.of(set, 0, Integer.MAX_VALUE).count().decide().create())
                .isEqualTo(1);
    }

    /** Otherwise it would be fulfilled twice: by the replacements, and by others for runners whose jobs have ended. */
    @Test
    void aRequestIsFulfilledAlthoughReplacementsWait() {
        fulfil(request(1, 1));
        fixture.idles("a");
        fixture.isRetained("a");
        Snapshot waiting = snapshot(request(2, 1));
        scaling.created(request(2, 1), waiting, waiting.count().decide(), 0);
        assertThat(isNew(request(2, 1))).isFalse();
        fixture.time.pass(Duration.ofSeconds(5));
        assertThat(snapshot(request(2, 1)).count().decide().create()).isEqualTo(1);
    }
}
