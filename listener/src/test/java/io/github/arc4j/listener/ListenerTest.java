package io.github.arc4j.listener;

import static io.github.arc4j.listener.Jobs.assigned;
import static io.github.arc4j.listener.Jobs.available;
import static io.github.arc4j.listener.Jobs.completed;
import static io.github.arc4j.listener.Jobs.started;
import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Sessions: how they are opened, what ends them, and how a listener is closed. */
class ListenerTest extends ListenerOnFakes {
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
            awaitCalls("poll 2", "scale 3 1");
            github.endPolls();
            eventually(() -> calls("poll 2").size() == 2);
            github.send(0, completed(11, "runner-1"));
            awaitCalls("poll 3", "scale 5 0");
            github.endPolls();
            eventually(() -> calls("poll 3").size() == 2);
            eventually(() -> github.undeleted().isEmpty());
        }
        assertThat(calls("scale"))
                .as("except that the first is not repeated after the first poll")
                .containsExactly("scale 0 0", "scale 2 1", "scale 3 1", "scale 4 1", "scale 5 0", "scale 0 0");
        assertThat(calls("acquire")).containsExactly("acquire [11]");
        assertThat(cluster.busyRunners).containsExactly("runner-1");
        assertThat(github.undeleted()).isEmpty();
        assertThat(github.hasSession()).isFalse();
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
    void emptyResponsesAreRetriedAndNothingIsSkipped() {
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
    void pollsThatEndImmediatelyWithoutAMessageAreSlowedDown() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            for (int i = 1; i <= 7; i++) {
                int polls = i;
                github.endPolls();
                eventually(() -> calls("poll").size() == polls + 1);
            }
            assertThat(listener.timing.sleeps).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
            github.send(1);
            awaitCalls("poll 1");
            github.endPolls();
            eventually(() -> calls("poll 1").size() == 2);
            assertThat(listener.timing.sleeps).hasSize(2);
        }
    }

    @Test
    void aMessageThatComesAgainUntilItIsDeletedIsHandledOnceAndSlowsThePollsDown() {
        CountDownLatch hold = new CountDownLatch(1);
        github.redeliverUndeleted();
        github.onNext("delete", () -> awaitLatch(hold));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11));
            eventually(() -> listener.timing.sleeps.size() >= 10);
            github.send(2, available(12));
            awaitCalls("scale 2 2");
            hold.countDown();
            awaitCalls("acquire [12]", "delete 2");
            assertThat(calls("acquire")).containsExactly("acquire [11]", "acquire [12]");
            assertThat(calls("delete")).containsExactly("delete 1", "delete 2");
            assertThat(List.copyOf(listener.timing.sleeps).subList(0, 9))
                    .extracting(Duration::toMillis)
                    .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
        }
    }

    @Test
    void anUnreadableMessageThatComesAgainSlowsThePollsDown() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            awaitCalls("poll 0");
            RuntimeException unreadable = Failures.unreadable(1);
            github.failNext("poll", unreadable, unreadable, unreadable, unreadable, unreadable);
            github.endPolls();
            eventually(() -> listener.timing.sleeps.size() == 4);
            assertThat(List.copyOf(listener.timing.sleeps).subList(2, 4))
                    .containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
            assertThat(listener.metric("gha_listener_messages_total", "result", "unreadable"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aDelayThatTheServiceAsksForIsGranted() {
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
    void rejectedCredentialsAreRetriedWithLongBackoff() {
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
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(github.hasSession()).isFalse();
        assertThat(listener.listener.readinessProblem()).hasValue("stopped");
    }

    @Test
    void closingWhileASessionIsBeingOpenedLeavesNoneBehind() {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch response = new CountDownLatch(1);
        github.onNext("open", () -> {
            opening.countDown();
            awaitLatch(response);
        });
        RunningListener listener = new RunningListener(github, cluster);
        awaitLatch(opening);
        Thread closer = Thread.startVirtualThread(listener::close);
        eventually(() -> closer.getState() == Thread.State.TIMED_WAITING);
        response.countDown();
        eventually(() -> !closer.isAlive());
        assertThat(calls("close")).hasSize(1);
        assertThat(github.hasSession()).isFalse();
    }

    @Test
    void closingDuringAPauseEndsIt() {
        RunningListener listener = new RunningListener(github, cluster);
        awaitCalls("poll 0");
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
        new Listener(config, github, cluster, metrics, "host", Timing.SYSTEM, SessionObserver.NONE).close();
        assertThat(github.calls).isEmpty();
    }
}
