package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.internal.call.ExponentialDelay;
import java.time.Duration;

/**
 * Slows down polls that return immediately with nothing new, which would otherwise follow each other as fast as the
 * network allows. Not thread-safe.
 */
final class PollPace {
    /** GitHub holds a poll without a message for longer than this; several shorter ones in a row are abnormal. */
    private static final Duration SHORTEST_POLL = Duration.ofSeconds(1);

    private static final int HASTY_POLLS = 5;

    /** The first pause is short, because a redelivered message is often being deleted at that moment. */
    private static final ExponentialDelay PAUSES =
            new ExponentialDelay(Duration.ofMillis(100), 2, Duration.ofSeconds(10), 0);

    private final Timing timing;
    private int hastyPolls;
    private int repetitions;

    PollPace(Timing timing) {
        this.timing = timing;
    }

    /** A poll returned a new message. */
    void receivedNew() {
        hastyPolls = 0;
        repetitions = 0;
    }

    /** A poll returned a known message. */
    void receivedAgain() throws InterruptedException {
        repetitions++;
        timing.sleep(PAUSES.after(repetitions));
    }

    /** A poll returned no message after this time. */
    void receivedNothing(Duration time) throws InterruptedException {
        repetitions = 0;
        hastyPolls = time.compareTo(SHORTEST_POLL) < 0 ? hastyPolls + 1 : 0;
        if (hastyPolls > HASTY_POLLS) {
            timing.sleep(SHORTEST_POLL);
        }
    }
}
