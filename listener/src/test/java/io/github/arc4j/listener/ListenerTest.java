package io.github.arc4j.listener;

import static io.github.arc4j.listener.Jobs.assigned;
import static io.github.arc4j.listener.Jobs.available;
import static io.github.arc4j.listener.Jobs.completed;
import static io.github.arc4j.listener.Jobs.started;
import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.JobMessage;
import io.github.arc4j.process.ListenerConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ListenerTest {
    private final FakeGitHub github = new FakeGitHub();
    private final FakeCluster cluster = new FakeCluster(github.calls);

    private void awaitCalls(String... wanted) {
        eventually(() -> github.calls.containsAll(List.of(wanted)));
    }

    private List<String> calls(String prefix) {
        return github.calls.stream().filter(call -> call.startsWith(prefix)).toList();
    }

    @Test
    void aNewSessionScalesToWhatItSaysBeforeTheFirstPoll() {
        github.nextSessionHas(3);
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            assertThat(github.calls).containsExactly("open", "scale 0 3", "poll 0");
            eventually(() -> listener.listener.readinessProblem().isEmpty());
        }
    }

    @Test
    void theLifeOfAJobGivesThePatchesOfTheGoListener() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            github.endPolls();
            eventually(() -> calls("poll").size() == 2);
            github.send(1, available(11), assigned(11));
            awaitCalls("poll 1");
            github.send(1, started(11, "runner-1"));
            awaitCalls("poll 2");
            github.endPolls();
            eventually(() -> calls("poll 2").size() == 2);
            github.send(0, completed(11, "runner-1"));
            awaitCalls("poll 3");
            github.endPolls();
            eventually(() -> calls("poll 3").size() == 2);
        }
        assertThat(calls("scale"))
                .containsExactly(
                        "scale 0 0", "scale 0 0", "scale 2 1", "scale 3 1", "scale 4 1", "scale 5 0", "scale 0 0");
        assertThat(calls("acquire")).containsExactly("acquire [11]");
        assertThat(cluster.busyRunners).containsExactly("runner-1");
        assertThat(github.undeleted()).isEmpty();
        assertThat(github.hasSession()).isFalse();
    }

    @Test
    void aMessageThatWouldPatchTheSameAgainPatchesNothing() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            github.send(0, available(11));
            awaitCalls("poll 1");
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
            assertThat(calls("poll")).containsExactly("poll 0");
            hold.countDown();
            awaitCalls("delete 1", "poll 1");
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
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
                together.await(5, TimeUnit.SECONDS);
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
    void theNextPollDoesNotWaitForTheDeletion() {
        CountDownLatch hold = new CountDownLatch(1);
        github.onNext("delete", () -> awaitLatch(hold));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11));
            awaitCalls("poll 1");
            hold.countDown();
            eventually(() -> github.undeleted().isEmpty());
        }
    }

    @Test
    void aMessageThatCouldNotBeDeletedIsDeletedWithTheNext() {
        github.failNext("delete", Failures.answer(500));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1);
            awaitCalls("poll 1");
            github.send(2);
            awaitCalls("poll 2");
            eventually(() -> github.undeleted().isEmpty());
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
    void aMarkThatTheApiServerRefusesForGoodDoesNotStopTheRest() {
        cluster.failNext("mark", new KubeException(422, "invalid"));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, started(11, "odd"));
            awaitCalls("delete 1", "poll 1");
        }
    }

    @Test
    void anAcquisitionThatGitHubRefusesForAWhileIsTriedAgain() {
        github.failNext("acquire", Failures.answer(400), Failures.answer(404), Failures.answer(403));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11));
            awaitCalls("delete 1", "poll 1");
            assertThat(github.acquired).containsExactly(11L);
        }
    }

    @Test
    void aMessageWhoseJobsCannotBeAcquiredIsSetAsideAndTriedFurther() {
        IntStream.range(0, 7).forEach(i -> github.failNext("acquire", Failures.answer(400)));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11));
            awaitCalls("poll 1");
            assertThat(calls("acquire")).hasSize(5);
            assertThat(listener.metric("gha_listener_messages_total", "result", "set_aside"))
                    .isEqualTo(1);
            github.send(2, started(12, "next"));
            awaitCalls("mark next", "delete 2", "poll 2");
            assertThat(github.undeleted()).containsExactly(1L);
            eventually(() -> {
                listener.timing.pass(Duration.ofMinutes(1));
                github.endPolls();
                return calls("delete 1").size() == 1;
            });
            assertThat(calls("acquire")).hasSize(8);
            assertThat(github.acquired).containsExactly(11L);
        }
    }

    @Test
    void aMessageThatIsSetAsideIsGivenUpInTheEnd() {
        IntStream.range(0, SetAsideMessages.ALL_TRIES).forEach(i -> github.failNext("acquire", Failures.answer(500)));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11));
            eventually(() -> {
                listener.timing.pass(Duration.ofMinutes(11));
                github.endPolls();
                return listener.metric("gha_listener_messages_total", "result", "given_up") == 1;
            });
            awaitCalls("delete 1");
            assertThat(github.acquired).isEmpty();
        }
    }

    @Test
    void aMessageThatIsSetAsideIsLeftAloneWhenItComesAgain() {
        IntStream.range(0, SetAsideMessages.ALL_TRIES).forEach(i -> github.failNext("acquire", Failures.answer(500)));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11));
            awaitCalls("poll 1");
            github.expireSession();
            eventually(() -> calls("poll 1").size() == 2);
            github.endPolls();
            eventually(() -> calls("poll 0").size() > 5 && calls("poll 1").size() == 3);
            assertThat(calls("acquire")).hasSize(5);
            assertThat(github.undeleted()).containsExactly(1L);
        }
    }

    @Test
    void messagesAfterADeletionThatHangsAreHandledAndAcknowledgedLater() {
        CountDownLatch hold = new CountDownLatch(1);
        github.onNext("delete", () -> awaitLatch(hold));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            for (int id = 1; id <= 4; id++) {
                github.send(id, started(id, "runner-" + id));
                awaitCalls("poll " + id, "scale " + id + " " + id);
            }
            assertThat(calls("delete")).containsExactly("delete 1");
            hold.countDown();
            eventually(() -> github.undeleted().isEmpty());
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
            assertThat(calls("scale")).containsExactly("scale 0 0", "scale 1 3");
            assertThat(github.undeleted()).containsExactly(2L, 3L, 4L);
            listener.timing.endMergeWindows();
            eventually(() -> github.undeleted().isEmpty());
            assertThat(calls("scale")).containsExactly("scale 0 0", "scale 1 3", "scale 4 2");
        }
    }

    @Test
    void aJobThatNeedsARunnerIsScaledForAtOnceWithAllThatWaited() {
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
    void aDeferredPatchThatFailsIsTriedAgainDuringThePoll() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            github.send(3);
            awaitCalls("poll 1");
            cluster.failNext("scale", new KubeException(500, "no"), new KubeException(403, "no"));
            github.send(2, completed(11, "a"));
            eventually(() -> github.undeleted().isEmpty());
            assertThat(calls("scale")).endsWith("scale 2 2", "scale 2 2", "scale 2 2");
            assertThat(calls("poll")).endsWith("poll 2");
        }
    }

    @Test
    void aRepeatedMessageHasItsEffectsAgainButCountsOnce() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11), started(12, "a"));
            awaitCalls("poll 1");
            eventually(() -> github.undeleted().isEmpty());
            github.sendAs(1, 1, available(11), started(12, "a"));
            github.send(1);
            awaitCalls("poll 2");
            eventually(() -> github.undeleted().equals(List.of(1L)));
            assertThat(calls("mark")).hasSize(1);
            github.expireSession();
            eventually(() -> calls("open").size() == 2);
            github.endPolls();
            eventually(() -> calls("acquire").size() == 2);
            eventually(() -> github.undeleted().isEmpty());
            assertThat(listener.metrics
                            .registry()
                            .getSampleValue(
                                    "gha_started_jobs_total",
                                    new String[] {"enterprise", "organization", "repository", "job_name", "event_name"},
                                    new String[] {"", "acme", "app", "build", "push"}))
                    .isEqualTo(1);
            assertThat(listener.metric("gha_listener_messages_total", "result", "repeated"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aMessageThatComesAgainAndCannotBeDeletedMakesTheListenerPause() {
        IntStream.range(0, 10).forEach(i -> github.failNext("delete", Failures.answer(400)));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1);
            awaitCalls("poll 1", "delete 1");
            github.expireSession();
            eventually(() -> calls("open").size() == 2);
            github.endPolls();
            eventually(() -> listener.metric("gha_listener_retries_total", "cause", "service_error") >= 1);
            eventually(() -> {
                github.endPolls();
                return github.undeleted().isEmpty();
            });
        }
    }

    @Test
    void anOlderMessageThatComesLateIsHandled() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.sendAs(5, 1, available(15));
            awaitCalls("poll 5");
            github.sendAs(3, 2, available(13));
            github.expireSession();
            eventually(() -> calls("open").size() == 2);
            github.endPolls();
            awaitCalls("acquire [13]", "delete 3");
        }
    }

    @Test
    void theLastMessageIdIsKeptInANewSession() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1);
            awaitCalls("poll 1");
            github.expireSession();
            eventually(() -> calls("open").size() == 2);
            eventually(() -> calls("poll 1").size() == 2);
            assertThat(calls("poll 0")).hasSize(1);
        }
    }

    @Test
    void messagesThatANewSessionNumbersAnewAreNotMissed() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.sendAs(50, 1);
            awaitCalls("poll 50");
            eventually(() -> github.undeleted().isEmpty());
            github.expireSession();
            eventually(() -> calls("poll 50").size() == 2);
            github.sendAs(1, 4, available(11));
            github.endPolls();
            awaitCalls("acquire [11]", "poll 1");
            assertThat(cluster.replicas).isEqualTo(4);
        }
    }

    @Test
    void anUnreadableMessageIsSkippedAfterAFewTries() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            github.failNext("poll", Failures.unreadable(1), Failures.unreadable(1), Failures.unreadable(1));
            github.endPolls();
            awaitCalls("delete 1", "poll 1");
            assertThat(listener.metric("gha_listener_messages_total", "result", "unreadable"))
                    .isEqualTo(1);
        }
    }

    @Test
    void emptyAnswersAreTriedAgainAndNothingIsSkipped() {
        RuntimeException empty = Failures.unreadable(0);
        github.failNext("poll", empty, empty, empty, empty, empty);
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1);
            awaitCalls("delete 1");
            assertThat(listener.timing.sleeps).hasSize(5);
            assertThat(listener.metric("gha_listener_retries_total", "cause", "broken_answer"))
                    .isEqualTo(5);
        }
    }

    @Test
    void theServicesWishToWaitIsGranted() {
        github.failNext("poll", Failures.rateLimit(Duration.ofMinutes(7)));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            eventually(() -> calls("poll").size() == 2);
            assertThat(listener.timing.sleeps).containsExactly(Duration.ofMinutes(7));
        }
    }

    @Test
    void aConflictIsWaitedOutAndShown() {
        FakeGitHub.Held other = github.holdSession();
        try (RunningListener listener = new RunningListener(github, cluster)) {
            eventually(() -> calls("open").size() > 5);
            assertThat(listener.listener.readinessProblem())
                    .hasValueSatisfying(p -> assertThat(p).contains("session_conflict"));
            assertThat(listener.listener.livenessProblem()).isEmpty();
            other.release();
            awaitCalls("poll 0");
            assertThat(listener.timing.sleeps).allMatch(pause -> pause.toSeconds() <= 36);
            assertThat(listener.timing.sleeps.get(4)).isGreaterThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void refusedCredentialsBackOffFarAndAreTriedFurther() {
        for (int i = 0; i < 12; i++) {
            github.failNext("open", Failures.refused());
        }
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            assertThat(listener.timing.sleeps).hasSize(12);
            assertThat(listener.timing.sleeps.getFirst()).isLessThan(Duration.ofSeconds(7));
            assertThat(listener.timing.sleeps.getLast()).isGreaterThan(Duration.ofMinutes(3));
        }
    }

    @Test
    void aDefectIsSurvived() {
        cluster.failNext("scale", new IllegalStateException("a bug"));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            assertThat(calls("open")).hasSize(1);
        }
    }

    @Test
    void closingEndsThePollAndDeletesTheSession() {
        RunningListener listener = new RunningListener(github, cluster);
        awaitCalls("poll 0");
        long start = System.nanoTime();
        listener.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(github.hasSession()).isFalse();
        assertThat(listener.listener.readinessProblem()).hasValue("stopped");
    }

    @Test
    void closingWhileASessionIsBeingOpenedLeavesNoneBehind() {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        github.onNext("open", () -> {
            opening.countDown();
            awaitLatch(answer);
        });
        RunningListener listener = new RunningListener(github, cluster);
        awaitLatch(opening);
        Thread closer = Thread.startVirtualThread(listener::close);
        eventually(() -> closer.getState() == Thread.State.TIMED_WAITING);
        answer.countDown();
        eventually(() -> !closer.isAlive());
        assertThat(calls("close")).hasSize(1);
        assertThat(github.hasSession()).isFalse();
    }

    @Test
    void closingDuringAPauseEndsIt() {
        RunningListener listener = new RunningListener(github, cluster);
        listener.timing.sleepForReal();
        github.failNext("open", Failures.rateLimit(Duration.ofMinutes(7)));
        github.expireSession();
        eventually(() -> listener.timing.sleeps.contains(Duration.ofMinutes(7)));
        listener.close();
        assertThat(listener.listener.readinessProblem()).hasValue("stopped");
    }

    @Test
    void aListenerThatWasNeverRunCanBeClosed() {
        ListenerConfig config = RunningListener.config(0, 1);
        ListenerMetrics metrics = new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()));
        new Listener(config, github, cluster, metrics, "host", Timing.SYSTEM).close();
        assertThat(github.calls).isEmpty();
    }
}
