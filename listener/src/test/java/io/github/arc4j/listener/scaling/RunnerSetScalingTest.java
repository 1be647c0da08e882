package io.github.arc4j.listener.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.listener.FakeTiming;
import io.github.arc4j.listener.Jobs;
import io.github.arc4j.listener.RunningListener;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.process.ListenerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a patch is repeated that changes nothing unless others have changed the runner set. */
class RunnerSetScalingTest {
    private final FakeTiming timing = new FakeTiming();
    private final Patches patches = new Patches();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        tasks.shutdownNow();
    }

    private static final class Patches implements RunnerSetPatches {
        final List<String> calls = new ArrayList<>();
        /** Whether the cluster writes the numbers, but does not respond. */
        boolean silent;

        @Override
        public void scale(int patchId, int replicas) {
            calls.add(patchId + " " + replicas);
            if (silent) {
                throw new KubeException(0, "no response");
            }
        }

        @Override
        public void jobCompleted(JobCompleted job) {}

        @Override
        public boolean markJobStarted(JobStarted job) {
            return true;
        }
    }

    private RunnerSetScaling scaling(int min) {
        ListenerConfig config = RunningListener.config(min, 10);
        ListenerMetrics metrics = new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()));
        return new RunnerSetScaling(patches, new Scaler(min, 10), metrics, timing, tasks);
    }

    private static Statistics jobs(int assigned) {
        return new Statistics(0, 0, assigned, 0, 0, 0, 0);
    }

    @Test
    void thePatchOfAnIdleListenerIsRepeatedAfterFiveMinutes() throws InterruptedException {
        RunnerSetScaling scaling = scaling(0);
        scaling.opened(jobs(0));
        for (int seconds = 50; seconds < 300; seconds += 50) {
            timing.pass(Duration.ofSeconds(50));
            scaling.idle();
        }
        assertThat(patches.calls).containsExactly("0 0");
        timing.pass(Duration.ofSeconds(50));
        scaling.idle();
        scaling.idle();
        assertThat(patches.calls).containsExactly("0 0", "0 0");
    }

    @Test
    void aMinimumIsRepeatedAfterEachPoll() throws InterruptedException {
        RunnerSetScaling scaling = scaling(2);
        scaling.opened(jobs(0));
        scaling.idle();
        scaling.idle();
        assertThat(patches.calls).containsExactly("0 2", "0 2", "0 2");
    }

    @Test
    void jobsWithoutChangesArePatchedAfterEachPollWithAnotherId() throws InterruptedException {
        RunnerSetScaling scaling = scaling(0);
        scaling.opened(jobs(1));
        scaling.idle();
        scaling.idle();
        assertThat(patches.calls).containsExactly("0 1", "1 1", "2 1");
    }

    @Test
    void aNewSessionPatchesImmediately() throws InterruptedException {
        RunnerSetScaling scaling = scaling(0);
        scaling.opened(jobs(0));
        scaling.opened(jobs(0));
        assertThat(patches.calls).containsExactly("0 0", "0 0");
    }

    @Test
    void aFormerNumberIsWrittenAgainIfALaterOneMayBeInTheCluster() throws InterruptedException {
        RunnerSetScaling scaling = scaling(0);
        scaling.opened(jobs(0));
        patches.silent = true;
        assertThatThrownBy(() -> scaling.message(jobs(3), 0, List.of(), false)).isInstanceOf(KubeException.class);
        patches.silent = false;
        scaling.message(jobs(0), 0, List.of(), false);
        assertThat(patches.calls).containsExactly("0 0", "1 3", "0 0");
    }

    @Test
    void aPollWritesAFormerNumberAgainIfALaterOneMayBeInTheCluster() throws InterruptedException {
        RunnerSetScaling scaling = scaling(0);
        scaling.opened(jobs(0));
        patches.silent = true;
        assertThatThrownBy(() -> scaling.message(jobs(3), 0, List.of(), false)).isInstanceOf(KubeException.class);
        assertThatThrownBy(() -> scaling.message(jobs(0), 0, List.of(), false)).isInstanceOf(KubeException.class);
        patches.silent = false;
        scaling.idle();
        scaling.idle();
        assertThat(patches.calls).containsExactly("0 0", "1 3", "0 0", "0 0");
    }

    @Test
    void theLatestThousandActionsWaitForAPatch() throws InterruptedException {
        RunnerSetScaling scaling = scaling(0);
        scaling.opened(jobs(5));
        patches.silent = true;
        scaling.message(jobs(4), 0, List.of(Jobs.completed(7, "a")), false);
        List<Integer> done = new ArrayList<>();
        for (int i = 0; i <= 1000; i++) {
            int number = i;
            scaling.whenApplied(() -> done.add(number));
        }
        assertThat(done).isEmpty();

        patches.silent = false;
        scaling.idle();
        assertThat(done).hasSize(1000).startsWith(1).endsWith(1000);
    }
}
