package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.ephemeralrunnerset.index.FormerRunnerSets;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.conditions.TestConditions;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.RunnerEndings;
import io.github.arc4j.runtime.FakeTime;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The caches that the number of runners depends on, filled by tests. */
final class ScalingFixture {
    final FakeTime time = new FakeTime();
    final ResourceCache<EphemeralRunnerSet> sets = new ResourceCache<>(EphemeralRunnerSet.class);
    final ResourceCache<EphemeralRunner> runners = new ResourceCache<>(EphemeralRunner.class);
    final ResourceCache<Pod> pods = new ResourceCache<>(Pod.class);
    final RunnerEndings endings = new RunnerEndings(runners);
    private int version;

    /** A controller that begins now. */
    ScalingState start() {
        sets.written(set(1, 0, ""));
        RunnerIndex index = new RunnerIndex(runners, pods, time);
        return new ScalingState(sets, runners, index, new FormerRunnerSets(sets, index, time), endings, time);
    }

    /** The set, without having written it. */
    static EphemeralRunnerSet set(int patchId, int replicas, String completedRunners) {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.setMetadata(new ObjectMetaBuilder()
                .withNamespace("ns")
                .withName("set")
                .withUid("set-uid")
                .withAnnotations(
                        completedRunners.isEmpty() ? Map.of() : Map.of(Annotations.COMPLETED_RUNNERS, completedRunners))
                .build());
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .patchID(patchId)
                .replicas(replicas)
                .build());
        return set;
    }

    EphemeralRunner runner(String name, boolean hasJob) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withNamespace("ns")
                .withName(name)
                .withUid(name)
                .withResourceVersion(Integer.toString(++version))
                .withAnnotations(new HashMap<>())
                .withOwnerReferences(Owners.controller(set(1, 0, "")))
                .build());
        runner.setStatus(EphemeralRunnerStatus.EMPTY.toBuilder()
                .jobId(hasJob ? "job" : "")
                .build());
        return runner;
    }

    void runs(String name) {
        runners.written(runner(name, true));
    }

    void isRegistered(String name, long runnerId, String jobId) {
        EphemeralRunner runner = runner(name, false);
        runner.setStatus(
                runner.getStatus().toBuilder().runnerId(runnerId).jobId(jobId).build());
        runners.written(runner);
    }

    void idles(String name) {
        runners.written(runner(name, false));
    }

    /** The runner's pod failed a moment ago, without a job. */
    void isRetained(String name) {
        EphemeralRunner runner = runner(name, false);
        runner.setStatus(runner.getStatus().toBuilder()
                .phase("Failed")
                .conditions(
                        TestConditions.with(List.of(), Retention.RETAINED, true, "PodFailed", "", null, time.instant()))
                .build());
        runners.written(runner);
    }

    void ends(String name) {
        runners.deleted(runner(name, true));
    }

    void isBeingDeleted(String name) {
        EphemeralRunner runner = runner(name, true);
        runner.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        runner.getMetadata().getFinalizers().add("hold");
        runners.written(runner);
    }

    void podSucceeded(String name) {
        pods.written(new PodBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(name)
                .withUid("pod-" + name)
                .withResourceVersion("1")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withPhase("Succeeded")
                .addNewContainerStatus()
                .withName("runner")
                .withNewState()
                .withNewTerminated()
                .withExitCode(0)
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build());
    }
}
