package io.github.arc4j.controller.runtime;

/**
 * All that a {@link WorkQueue} knows of one key; kept as long as any of it differs from a key never seen. Guarded by the
 * queue's lock.
 */
final class QueueEntry<K> {

    /** What a key waits for. */
    enum Waiting {
        /** It does not wait. */
        NO,
        /** For its due time. */
        DELAYED,
        /** For a worker, or for the end of the pass that is under way. */
        READY
    }

    final K key;
    /** Tells entries that are due at the same time apart. */
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

    /** A worker begins with it. */
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
