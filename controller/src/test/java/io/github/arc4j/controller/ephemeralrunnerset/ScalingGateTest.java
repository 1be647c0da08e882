package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.controller.runtime.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScalingGateTest {
    private final FakeTime time = new FakeTime();
    private final ScalingGate gate = new ScalingGate(time);

    private static EphemeralRunnerSet wish(int patchId, int replicas) {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder().withUid("a").build());
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .patchID(patchId)
                .replicas(replicas)
                .build());
        return set;
    }

    private boolean isOpen(EphemeralRunnerSet set) {
        return gate.isOpen(set, List::of);
    }

    @Test
    void aWishIsCarriedOutOnce() {
        assertThat(isOpen(wish(1, 5))).isTrue();
        gate.carriedOut(wish(1, 5));
        assertThat(isOpen(wish(1, 5))).isFalse();
        assertThat(isOpen(wish(2, 5))).isTrue();
    }

    @Test
    void anIdleSetIsKeptAtItsMinimum() {
        gate.carriedOut(wish(0, 1));
        assertThat(isOpen(wish(0, 1))).isTrue();
    }

    @Test
    void afterARestartTheStatusTellsWhatWasCarriedOut() {
        EphemeralRunnerSet set = wish(7, 5);
        set.setStatus(
                EphemeralRunnerSetStatus.EMPTY.toBuilder().observedPatchID(7).build());
        assertThat(isOpen(set)).isFalse();
        assertThat(gate.onRecord(set)).isEqualTo(7);
    }

    @Test
    void afterATakeoverTheRunnersTellWhatWasCarriedOut() {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withAnnotations(Map.of(Annotations.PATCH_ID, "7"))
                .build());
        assertThat(gate.isOpen(wish(7, 5), () -> List.of(runner))).isFalse();
        assertThat(gate.isOpen(wish(8, 5), () -> List.of(runner))).isTrue();
    }

    @Test
    void aWishForMoreOrAsManyIsCarriedOutAtOnce() {
        gate.carriedOut(wish(1, 5));
        assertThat(gate.hesitation(wish(2, 5))).isZero();
        assertThat(gate.hesitation(wish(3, 6))).isZero();
    }

    @Test
    void aWishForFewerWaitsForTheNext() {
        gate.carriedOut(wish(1, 5));
        assertThat(gate.hesitation(wish(2, 4))).isEqualTo(Duration.ofSeconds(2));
        assertThat(gate.onRecord(wish(2, 4))).isEqualTo(1);
        time.pass(Duration.ofMillis(500));
        assertThat(gate.hesitation(wish(2, 4))).isEqualTo(Duration.ofMillis(1500));
        time.pass(Duration.ofMillis(1500));
        assertThat(gate.hesitation(wish(2, 4))).isZero();
    }

    @Test
    void wishesThatGoOnShrinkingDoNotWaitLongerThanOne() {
        gate.carriedOut(wish(1, 5));
        gate.hesitation(wish(2, 4));
        time.pass(Duration.ofMillis(1500));
        assertThat(gate.hesitation(wish(3, 3))).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void oneMoreRunnerThanInTheLastWishIsMadeAtOnceAlsoWhileTheSetShrinks() {
        gate.carriedOut(wish(1, 5));
        gate.hesitation(wish(2, 3));
        assertThat(gate.hesitation(wish(3, 4))).isZero();
    }

    @Test
    void theMinimumOfAnIdleSetIsMadeAtOnce() {
        gate.carriedOut(wish(3, 5));
        assertThat(gate.hesitation(wish(0, 1))).isZero();
    }
}
