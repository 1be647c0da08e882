package io.github.arc4j.runtime.queue;

/**
 * The state of one key in a {@link WorkQueue}; kept as long as it differs from that of a new key. Guarded by the
 * queue's lock.
 */
public final class QueueEntry<K> {

    /** What the key waits for. */
    enum Waiting {
        /** Nothing. */
        NO,
        /** Its due time. */
        DELAYED,
        /** A worker, or the end of the reconcile in progress. */
        READY
    }

    final K key;
    /** Distinguishes entries that are due at the same time. */
    final long number;

    Waiting waiting = Waiting.NO;
    Priority priority = Priority.NORMAL;
    long due;
    long readySince;
    boolean isProcessing;
    Priority takenAs = Priority.NORMAL;
    long takenAt;
    int failures;

    QueueEntry(K key, long number) {
        this.key = key;
        this.number = number;
    }

    /** A worker takes the key. */
    void take(long now) {
        waiting = Waiting.NO;
        isProcessing = true;
        takenAs = priority;
        takenAt = now;
    }

    boolean isForgettable() {
        return waiting == Waiting.NO && !isProcessing && failures == 0;
    }
}
