package io.github.arc4j.listener;

import static io.github.arc4j.listener.Jobs.available;
import static io.github.arc4j.listener.Jobs.started;
import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages are deleted concurrently with polls, and may be redelivered, late or with a new ID. */
class AcknowledgementsTest extends ListenerOnFakes {
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
            awaitCalls("poll 1", "delete 1");
            github.send(2);
            awaitCalls("poll 2");
            eventually(() -> github.undeleted().isEmpty());
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
            awaitCalls("delete 1");
            assertThat(calls("delete")).containsExactly("delete 1");
            hold.countDown();
            eventually(() -> github.undeleted().isEmpty());
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
    void messagesAreNotMissedIfANewSessionNumbersThemFromOne() {
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.sendAs(50, 1);
            awaitCalls("poll 50");
            eventually(() -> github.undeleted().isEmpty());
            github.expireSession();
            eventually(() -> calls("poll 50").size() == 2);
            github.sendAs(1, 4, available(11));
            github.endPolls();
            awaitCalls("acquire [11]", "poll 1");
            eventually(() -> cluster.replicas == 4);
        }
    }
}
