package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runtime.FakeTime;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemandTest {
    private final ResourceCache<EphemeralRunnerSet> sets = new ResourceCache<>(EphemeralRunnerSet.class);
    private final ResourceCache<EphemeralRunner> runners = new ResourceCache<>(EphemeralRunner.class);
    private final FakeTime time = new FakeTime();
    private final List<Integer> missing = new ArrayList<>();
    private final EphemeralRunnerSet set = new EphemeralRunnerSet();
    private final Demand demand;

    DemandTest() {
        runners.onChange((before, after) -> noteMissing()); // before whatever else hears of changes
        RunnerIndex index = new RunnerIndex(runners);
        ResourceCache<Pod> pods = new ResourceCache<>(Pod.class);
        DepartingRunners departing = new DepartingRunners(index, pods, pod -> true);
        demand = new Demand(
                index,
                departing,
                new FormerRunnerSets(sets, index, departing, time),
                new ScalingGate(sets),
                new JobAccount(sets, runners, pods, pod -> false, time),
                new Replacements(sets, runners));
        set.setMetadata(new ObjectMetaBuilder()
                .withNamespace("ns")
                .withName("set")
                .withUid("set-uid")
                .build());
        set.setSpec(EphemeralRunnerSetSpec.builder().patchID(1).replicas(1).build());
    }

    private void noteMissing() {
        missing.add(demand.of(set).missing());
    }

    private EphemeralRunner runnerWithJob() {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withNamespace("ns")
                .withName("a")
                .withUid("a")
                .withResourceVersion("1")
                .withOwnerReferences(Owners.controller(set))
                .build());
        runner.setStatus(EphemeralRunnerStatus.EMPTY.toBuilder().jobId("job").build());
        return runner;
    }

    @Test
    void aRunnerWhoseJobIsStillWishedForIsNotMissingWhileItEnds() {
        noteMissing();
        runners.written(runnerWithJob());
        runners.deleted(runnerWithJob());
        noteMissing();
        assertThat(missing).containsExactly(1, 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE})
    void nothingIsMadeForANumberBelowZero(int replicas) {
        set.setSpec(
                EphemeralRunnerSetSpec.builder().patchID(1).replicas(replicas).build());
        runners.written(runnerWithJob());
        assertThat(demand.of(set).toMake()).isNotPositive();
        assertThat(demand.of(set).surplus()).isEqualTo(1);
    }

    @Test
    void anAbsurdNumberIsNoSurplus() {
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .patchID(1)
                .replicas(Integer.MAX_VALUE)
                .build());
        assertThat(demand.of(set).surplus()).isNegative();
        assertThat(demand.of(set).toMake()).isEqualTo(Integer.MAX_VALUE);
    }
}
