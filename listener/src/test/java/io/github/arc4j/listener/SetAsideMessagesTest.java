package io.github.arc4j.listener;

import static io.github.arc4j.listener.Jobs.available;
import static io.github.arc4j.listener.Jobs.started;
import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.messages.JobMessage;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A message whose jobs cannot be acquired does not block later messages for long. */
class SetAsideMessagesTest extends ListenerOnFakes {
    private static final int MAX_ATTEMPTS = 30;

    @Test
    void anAcquisitionThatGitHubRejectsForAWhileIsRetried() {
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
            eventually(() -> listener.metric("gha_listener_messages_total", "result", "set_aside") == 1);
            awaitCalls("poll 1");
            assertThat(calls("acquire")).hasSize(5);
            assertThat(listener.metric("gha_listener_messages_total", "result", "set_aside"))
                    .isEqualTo(1);
            github.send(2, started(12, "next"));
            awaitCalls("mark next", "delete 2", "poll 2");
            eventually(() -> github.undeleted().equals(List.of(1L)));
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
    void aMessageThatIsTooLargeToBeSetAsideBesidesOthersIsHandledBeforeTheNextOne() {
        IntStream.range(0, 20).forEach(i -> github.failNext("acquire", Failures.answer(400)));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11));
            github.send(
                    5000, LongStream.range(1000, 6000).mapToObj(Jobs::available).toArray(JobMessage[]::new));
            github.send(5001, available(12));
            awaitCalls("delete 2", "delete 3");
            eventually(() -> {
                listener.timing.pass(Duration.ofMinutes(1));
                github.endPolls();
                return calls("delete 1").size() == 1;
            });
            assertThat(github.acquired).hasSize(5002);
            assertThat(listener.metric("gha_listener_messages_total", "result", "set_aside"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aMessageThatIsSetAsideIsGivenUpInTheEnd() {
        IntStream.range(0, MAX_ATTEMPTS).forEach(i -> github.failNext("acquire", Failures.answer(500)));
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
    void aMessageThatIsSetAsideSlowsThePollsDownIfGitHubSendsItUntilItIsDeleted() {
        github.redeliverUndeleted();
        IntStream.range(0, 7).forEach(i -> github.failNext("acquire", Failures.answer(400)));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11));
            awaitCalls("delete 1");
            int polls = calls("poll").size();
            assertThat(calls("acquire")).hasSize(8);
            assertThat(listener.timing.sleeps)
                    .as("a pause for each poll but the first and the last ones")
                    .contains(Duration.ofSeconds(10))
                    .hasSizeGreaterThan(polls - 4);
            github.send(2, available(12));
            awaitCalls("acquire [12]", "delete 2");
        }
    }

    @Test
    void aMessageThatIsSetAsideIsLeftAloneWhenItComesAgain() {
        IntStream.range(0, MAX_ATTEMPTS).forEach(i -> github.failNext("acquire", Failures.answer(500)));
        try (RunningListener listener = new RunningListener(github, cluster)) {
            github.send(1, available(11));
            eventually(() -> calls("poll 0").size() == 5 && calls("poll 1").size() == 2);
            github.expireSession();
            eventually(() -> calls("poll 1").size() == 3);
            github.endPolls();
            eventually(() -> calls("poll 0").size() > 5 && calls("poll 1").size() == 4);
            assertThat(calls("acquire")).hasSize(5);
            assertThat(github.undeleted()).containsExactly(1L);
        }
    }
}
