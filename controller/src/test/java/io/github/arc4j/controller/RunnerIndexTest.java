package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunnerIndexTest {
    private static final int RUNNERS = 5000;

    private final ResourceCache<EphemeralRunner> runners = new ResourceCache<>(EphemeralRunner.class);

    private static String uid(int set) {
        return "uid-" + set;
    }

    private static EphemeralRunner runner(int number) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withNamespace("sets")
                .withName("runner-" + number)
                .withUid("runner-uid-" + number)
                .withResourceVersion("1")
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withUid(uid(number))
                        .withController(true)
                        .build())
                .build());
        return runner;
    }

    private List<EphemeralRunner> runnersOf(int number) {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.getMetadata().setNamespace("sets");
        set.getMetadata().setUid(uid(number));
        return RunnerIndex.runnersOf(set, runners);
    }

    /** Otherwise, a change of all sets takes a time that grows with the square of their number. */
    @Test
    void theRunnersOfASetAreFoundWithoutReadingThoseOfOthers() {
        new RunnerIndex(runners, new ResourceCache<>(Pod.class), Clock.systemUTC());
        for (int i = 0; i < RUNNERS; i++) {
            runners.written(runner(i));
        }

        assertThat(runnersOf(7))
                .extracting(runner -> runner.getMetadata().getName())
                .containsExactly("runner-7");
        assertThat(Allocations.of(() -> runnersOf(7))).isLessThan(16 * RUNNERS);
    }
}
