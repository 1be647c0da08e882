package io.github.arc4j.listener;

import static io.github.arc4j.listener.Jobs.available;
import static io.github.arc4j.listener.Jobs.completed;
import static io.github.arc4j.listener.Jobs.started;
import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.listener.kube.KubeException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The effects of messages, which happen concurrently, and the resulting patches. */
class EffectsTest extends ListenerOnFakes {
    @Test
    void aMessageThatWouldPatchTheSameAgainPatchesNothing() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            github.send(0, available(11));
            awaitHandled(listener, 1);
            assertThat(calls("scale")).containsExactly("scale 0 0");
        }
    }

    @Test
    void aMessageIsDeletedOnlyAfterItsEffects() {
        CountDownLatch hold = new CountDownLatch(1);
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            cluster.onNext("mark", () -> awaitLatch(hold));
            github.send(1, available(11), started(12, "a"), started(13, "b"));
            awaitCalls("acquire [11]", "mark a", "mark b", "scale 1 1");
            assertThat(calls("delete")).isEmpty();
            hold.countDown();
            awaitCalls("delete 1");
        }
    }

    @Test
    void theNextMessageIsRequestedInTheMeantimeAndHandledAfterwards() {
        CountDownLatch hold = new CountDownLatch(1);
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            cluster.onNext("mark", () -> awaitLatch(hold));
            github.send(1, started(12, "a"));
            github.send(1, available(13));
            awaitCalls("mark a", "poll 1");
            assertThat(calls("acquire")).isEmpty();
            assertThat(calls("poll")).containsExactly("poll 0", "poll 1");
            hold.countDown();
            awaitCalls("acquire [13]", "delete 2");
            assertThat(calls("poll")).doesNotHaveDuplicates();
        }
    }

    /**
     * Otherwise, the controller would create a runner for a job that the number still includes, although it has
     * completed.
     */
    @Test
    void aNumberIsNotWrittenWithTheRunnersOfALaterMessage() {
        CountDownLatch hold = new CountDownLatch(1);
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            github.send(2, available(11), available(12));
            awaitCalls("scale 1 2", "delete 1");
            listener.timing.holdMergeWindows();
            github.send(2, started(11, "a"));
            awaitCalls("mark a", "poll 2");
            cluster.onNext("scale", () -> awaitLatch(hold));
            listener.timing.endMergeWindows();
            awaitCalls("scale 2 2");
            github.send(1, completed(11, "a"), started(12, "b"));
            awaitCalls("mark b");
            assertThat(cluster.completedRunners).isEmpty();
            hold.countDown();
            eventually(() -> cluster.completedRunners.contains("a"));
        }
    }

    @Test
    void aMessageThatFailedIsAskedForAgain() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            cluster.failNext("mark", new KubeException(500, "down"));
            github.send(1, started(12, "a"));
            github.send(1, started(13, "b"));
            awaitCalls("delete 1", "delete 2");
            assertThat(cluster.busyRunners).containsExactlyInAnyOrder("a", "b");
            assertThat(calls("mark")).containsExactly("mark a", "mark a", "mark b");
        }
    }

    @Test
    void scalingDoesNotWaitForTheAcquisitionNorForMarks() {
        CountDownLatch hold = new CountDownLatch(1);
        github.onNext("acquire", () -> awaitLatch(hold));
        cluster.onNext("mark", () -> awaitLatch(hold));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(2, available(11), started(12, "a"));
            eventually(() -> cluster.replicas == 2);
            hold.countDown();
        }
    }

    @Test
    void startedJobsAreMarkedSideBySide() {
        CyclicBarrier together = new CyclicBarrier(16);
        Runnable meet = () -> {
            try {
                together.await(10, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
        IntStream.range(0, 48).forEach(i -> cluster.onNext("mark", meet));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(
                    48,
                    IntStream.range(0, 48)
                            .mapToObj(i -> started(i + 1, "r" + i))
                            .toArray(JobMessage[]::new));
            awaitCalls("delete 1");
            assertThat(cluster.busyRunners).hasSize(48);
        }
    }

    @Test
    void aStartedJobWithoutRunnerInTheClusterIsFine() {
        cluster.missingRunners.add("gone");
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, started(11, "gone"));
            awaitCalls("delete 1", "poll 1");
        }
    }

    @Test
    void aMarkThatTheApiServerRejectsDoesNotStopTheRest() {
        cluster.failNext("mark", new KubeException(422, "invalid"));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, started(11, "odd"));
            awaitCalls("delete 1", "poll 1");
        }
    }

    @Test
    void numbersThatNoJobWaitsForShareAPatchAndTheirMessagesAreAcknowledgedAfterIt() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            github.send(3, available(11));
            awaitCalls("poll 1", "delete 1");
            listener.timing.holdMergeWindows();
            github.send(3, started(11, "a"));
            awaitCalls("poll 2");
            github.send(3, started(12, "b"));
            awaitCalls("poll 3");
            github.send(2, completed(11, "a"));
            awaitCalls("poll 4", "mark a", "mark b");
            awaitHandled(listener, 4);
            assertThat(calls("scale")).containsExactly("scale 0 0", "scale 1 3");
            eventually(() -> github.undeleted().equals(List.of(2L, 3L, 4L)));
            listener.timing.endMergeWindows();
            eventually(() -> github.undeleted().isEmpty());
            assertThat(calls("scale")).containsExactly("scale 0 0", "scale 1 3", "scale 4 2");
        }
    }

    @Test
    void aJobThatNeedsARunnerIsScaledForImmediatelyWithAllThatWaited() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            github.send(3);
            awaitCalls("poll 1");
            listener.timing.holdMergeWindows();
            github.send(2, completed(11, "a"));
            awaitCalls("poll 2");
            github.send(2, completed(12, "b"));
            awaitCalls("scale 3 2", "delete 2", "delete 3");
            assertThat(calls("scale")).containsExactly("scale 0 0", "scale 1 3", "scale 3 2");
        }
    }

    @Test
    void aCompletionAtTheMaximumIsPatchedImmediatelyBecauseOtherJobsWait() {
        try (RunningListener listener = new RunningListener(github, cluster, RunningListener.config(0, 2))) {
            awaitCalls("poll 0");
            github.send(5);
            awaitCalls("poll 1", "scale 1 2");
            listener.timing.holdMergeWindows();
            github.send(5, started(11, "a"), started(12, "b"));
            awaitHandled(listener, 2);
            assertThat(calls("scale")).hasSize(2);
            github.send(4, completed(11, "a"));
            awaitCalls("scale 3 2");
        }
    }

    @Test
    void aDeferredPatchThatFailsIsRetriedDuringThePoll() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            github.send(3);
            awaitCalls("poll 1", "delete 1"); // the poll may begin before the first patch
            cluster.failNext("scale", new KubeException(500, "no"), new KubeException(403, "no"));
            github.send(2, completed(11, "a"));
            eventually(() -> github.undeleted().isEmpty());
            assertThat(calls("scale")).endsWith("scale 2 2", "scale 2 2", "scale 2 2");
            awaitCalls("poll 2");
            assertThat(calls("poll")).endsWith("poll 2");
        }
    }
}
