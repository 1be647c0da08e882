package io.github.arc4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.runtime.queue.WorkQueue;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResultTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LATE = Duration.ofMinutes(5);

    @Test
    void aKeyIsRequeuedWithinTheLimitWhateverTheResult() {
        assertThat(Result.done().within(SOON)).isEqualTo(Result.after(SOON));
        assertThat(Result.after(LATE).within(SOON)).isEqualTo(Result.after(SOON));
        assertThat(Result.postponed(LATE).within(SOON)).isEqualTo(Result.postponed(SOON));
        assertThat(Result.retry(Backoff.doubling(LATE, LATE)).within(SOON))
                .isEqualTo(Result.retry(Backoff.doubling(SOON, SOON)));
        assertThat(Result.retry().within(SOON))
                .isEqualTo(Result.retry(Backoff.doubling(WorkQueue.DEFAULT_BACKOFF.first(), SOON)));
    }

    @Test
    void anEarlierRequeueIsNotDelayed() {
        assertThat(Result.after(SOON).within(LATE)).isEqualTo(Result.after(SOON));
        assertThat(Result.postponed(SOON).within(LATE)).isEqualTo(Result.postponed(SOON));
        assertThat(Result.retry(Backoff.doubling(SOON, SOON)).within(LATE))
                .isEqualTo(Result.retry(Backoff.doubling(SOON, SOON)));
    }
}
