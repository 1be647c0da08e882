package io.github.arc4j.listener;

import static io.github.arc4j.listener.Jobs.completed;
import static io.github.arc4j.listener.Jobs.started;
import static io.github.arc4j.listener.RunningListener.config;
import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.listener.kube.KubeException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a job, surplus runners are removed and missing ones are created without waiting for the end of the poll. */
class SurplusTest extends ListenerOnFakes {
    private void staysAt(int patches) {
        Awaitility.await()
                .during(Duration.ofMillis(50))
                .until(() -> calls("scale").size() == patches);
    }

    private void awaitPoll(int lastMessageId) {
        eventually(() -> github.calls.contains("poll " + lastMessageId));
    }

    private void runOneJob() {
        awaitPoll(0);
        int scaled = calls("scale").size();
        github.send(1, started(11, "runner-1"));
        awaitPoll(1);
        github.send(0, completed(11, "runner-1"));
        awaitPoll(2);
        eventually(() -> calls("scale").size() >= scaled + 2); // a poll may be ahead of the patches
    }

    @Test
    void surplusRunnersAreRemovedDuringThePoll() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            runOneJob();
            assertThat(calls("scale")).containsExactly("scale 0 0", "scale 1 1", "scale 2 0");
            listener.timing.endSurplusTimes();
            eventually(() -> calls("scale").size() == 4);
            assertThat(calls("scale").getLast()).isEqualTo("scale 0 0");
            assertThat(calls("poll")).containsExactly("poll 0", "poll 1", "poll 2");
        }
    }

    @Test
    void theClusterLearnsWhichRunnerTheNumberIsWithout() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            runOneJob();
            eventually(() -> calls("scale").getLast().equals("scale 2 0"));
            assertThat(cluster.completedRunners).containsExactly("runner-1");
        }
    }

    @Test
    void theMinimumStays() {
        try (RunningListener listener = new RunningListener(github, cluster, config(2, 10))) {
            listener.timing.endSurplusTimes();
            runOneJob();
            eventually(() -> calls("scale").getLast().equals("scale 0 2"));
        }
    }

    @Test
    void anIdleListenerPatchesWhenAPollEndsButRarely() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            listener.timing.endSurplusTimes();
            runOneJob();
            eventually(() -> calls("scale").size() == 4);
            github.endPolls();
            eventually(() -> calls("poll 2").size() == 2);
            staysAt(4);
            listener.timing.pass(Duration.ofMinutes(5));
            github.endPolls();
            eventually(() -> calls("scale").size() == 5);
            assertThat(calls("scale")).endsWith("scale 0 0", "scale 0 0");
        }
    }

    @Test
    void aListenerWithJobsKeepsItsRunners() {
        // If the minimum equals the maximum, jobs do not change the number of runners.
        try (RunningListener listener = new RunningListener(github, cluster, config(3, 3))) {
            listener.timing.endSurplusTimes();
            awaitPoll(0);
            github.send(1, started(11, "runner-1"));
            awaitPoll(1);
            staysAt(2);
            assertThat(calls("scale")).containsExactly("scale 0 3", "scale 1 3");
        }
    }

    @Test
    void aJobRightAfterAnotherIsScaledForAgainAsTheFormerRunnerMayHaveCounted() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            runOneJob();
            github.send(1);
            awaitCalls("poll 3", "scale 3 1");
            listener.timing.endSurplusTimes();
            eventually(() -> calls("scale").size() == 5);
            assertThat(calls("scale")).endsWith("scale 2 0", "scale 3 1", "scale 4 1");
            staysAt(5);
        }
    }

    @Test
    void aJobLongAfterAnotherIsScaledForOnce() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            runOneJob();
            listener.timing.pass(Duration.ofSeconds(11));
            github.send(1);
            awaitCalls("poll 3", "scale 3 1");
            listener.timing.endSurplusTimes();
            staysAt(4);
            assertThat(calls("scale")).endsWith("scale 2 0", "scale 3 1");
        }
    }

    @Test
    void aJobThatComesDuringTheRemovalIsScaledForAfterIt() {
        CountDownLatch hold = new CountDownLatch(1);
        try (RunningListener listener = new RunningListener(github, cluster)) {
            runOneJob();
            cluster.onNext("scale", () -> awaitLatch(hold));
            listener.timing.endSurplusTimes();
            eventually(() -> calls("scale").size() == 4);
            github.send(1);
            staysAt(4);
            hold.countDown();
            awaitPoll(3);
            eventually(() -> calls("scale").contains("scale 4 1")); // the poll may be ahead of that
            assertThat(calls("scale")).containsSubsequence("scale 0 0", "scale 4 1");
            eventually(() -> cluster.replicas == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 500})
    void aRemovalThatFailsIsLeftToTheEndOfThePoll(int status) {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            runOneJob();
            cluster.failNext("scale", new KubeException(status, "no"));
            listener.timing.endSurplusTimes();
            eventually(() -> calls("scale").size() == 4);
            github.endPolls();
            eventually(() -> calls("scale").size() == 5);
            assertThat(calls("scale").getLast()).isEqualTo("scale 0 0");
            assertThat(calls("open")).hasSize(1);
        }
    }

    @Test
    void aListenerThatStopsLeavesTheRest() {
        RunningListener listener = new RunningListener(github, cluster);
        runOneJob();
        listener.close();
        listener.timing.endSurplusTimes();
        assertThat(calls("scale")).hasSize(3);
    }
}
