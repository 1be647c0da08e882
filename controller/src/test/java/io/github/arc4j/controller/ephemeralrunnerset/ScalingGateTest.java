package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScalingGateTest {
    private final ScalingGate gate = new ScalingGate(new ResourceCache<>(EphemeralRunnerSet.class));

    private static EphemeralRunnerSet wish(int patchId, int replicas) {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder().withUid("a").build());
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .patchID(patchId)
                .replicas(replicas)
                .build());
        return set;
    }

    private static EphemeralRunner runner(int patchId) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withAnnotations(Map.of(Annotations.PATCH_ID, Integer.toString(patchId)))
                .build());
        return runner;
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
    void theFirstWishIsCarriedOutToItsEnd() {
        assertThat(isOpen(wish(1, 5))).isTrue();
        assertThat(gate.isOpen(wish(1, 5), () -> List.of(runner(1)))).isTrue();
        assertThat(gate.onRecord(wish(1, 5))).isZero();
    }

    @Test
    void afterATakeoverTheRunnersTellWhatWasCarriedOut() {
        assertThat(gate.isOpen(wish(7, 5), () -> List.of(runner(7)))).isFalse();
        assertThat(gate.isOpen(wish(8, 5), () -> List.of(runner(7), runner(8)))).isTrue();
    }
}
