package io.github.arc4j.actions.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.Statistics;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which messages are set aside; the tests of the listener cover what happens to them. */
class SetAsideMessagesTest {
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final SetAsideMessages setAside = new SetAsideMessages(
            new ListenerHandler(new MessageListener() {
                @Override
                public int maxCapacity() {
                    return 1;
                }

                @Override
                public void scale(Statistics statistics) {}
            }),
            Timing.SYSTEM,
            tasks,
            (message, result) -> {});

    @AfterEach
    void stop() {
        tasks.shutdownNow();
    }

    @Test
    void largeMessagesAreNotSetAsideTogether() {
        long taken = IntStream.rangeClosed(1, 20)
                .filter(id -> isTaken(id, 10, "x".repeat(JobInfo.LONGEST_TEXT)))
                .count();

        assertThat(taken).as("of 20 messages of 4 MiB").isEqualTo(1);
    }

    @Test
    void messagesOfTheUsualSizeAreSetAsideTogether() {
        assertThat(IntStream.rangeClosed(1, 30)).allMatch(id -> isTaken(id, 50, ""));
    }

    @Test
    void atMostHundredMessagesAreSetAside() {
        assertThat(IntStream.rangeClosed(1, 110).filter(id -> isTaken(id, 1, "")))
                .hasSize(100);
    }

    /** Returns whether the message is set aside although its jobs fail often enough. */
    private boolean isTaken(int id, int jobs, String label) {
        Message message = new Message(id, Statistics.ZERO, Collections.nCopies(jobs, job(label)));
        boolean taken = false;
        for (int i = 0; i < SetAsideMessages.ATTEMPTS_IN_ORDER && !taken; i++) {
            taken = setAside.take(message, new HandlerException("refused", null));
        }
        return taken;
    }

    private static JobMessage job(String label) {
        List<String> labels = label.isEmpty() ? List.of("my-runners") : Collections.nCopies(JobInfo.MOST_LABELS, label);
        Instant time = Instant.parse("2024-05-06T07:08:09Z");
        JobInfo info = new JobInfo(
                "JobAvailable",
                7,
                "a-repository",
                "an-organization",
                "9a3bd5a1-4a8c-5d36-9b9f-1f0f7b3e7f54",
                "an-organization/a-repository/.github/workflows/continuous-integration.yml@refs/heads/main",
                "build and test (ubuntu, 25)",
                12,
                "pull_request",
                labels,
                time,
                time,
                null,
                null);
        return new JobAvailable(info, "https://pipelines.example/ab/_apis/runtime/acquirejobs/7");
    }
}
