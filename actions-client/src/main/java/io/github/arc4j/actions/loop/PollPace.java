package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.wire.Backoff;
import java.time.Duration;

/**
 * Slows down polls that return immediately, which would otherwise follow each other as fast as the network allows: those
 * with nothing new, and those with more new messages than GitHub sends. Not thread-safe.
 */
final class PollPace {
    /** GitHub holds a poll without a message for longer than this; several shorter ones in a row are abnormal. */
    private static final Duration SHORTEST_POLL = Duration.ofSeconds(1);

    private static final int HASTY_POLLS = 5;

    /** The first pause is short, because a redelivered message is often being deleted at that moment. */
    private static final Backoff BACKOFF = Backoff.doublingExactly(Duration.ofMillis(100), Duration.ofSeconds(10));

    /** How many new messages may follow each other without a pause: those of thousands of jobs. */
    static final int BURST = 1000;
    /** The average interval of further ones. Each may report 50 events. */
    static final Duration INTERVAL = Duration.ofMillis(20);

    private final Timing timing;
    /** When the intervals of all messages so far end. */
    private long paidUntil;

    private int hastyPolls;
    private int repetitions;

    PollPace(Timing timing) {
        this.timing = timing;
        this.paidUntil = timing.nanoTime();
    }

    /** A poll returned a new message. */
    void receivedNew() throws InterruptedException {
        hastyPolls = 0;
        repetitions = 0;
        long now = timing.nanoTime();
        paidUntil = (paidUntil - now > 0 ? paidUntil : now) + INTERVAL.toNanos();
        Duration pause = Duration.ofNanos(paidUntil - now).minus(INTERVAL.multipliedBy(BURST));
        if (!pause.isNegative() && !pause.isZero()) {
            timing.sleep(pause);
        }
    }

    /** A poll returned a known message. */
    void receivedAgain() throws InterruptedException {
        repetitions++;
        timing.sleep(BACKOFF.after(repetitions));
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
