package io.github.arc4j.actions;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for response bodies that are being received. A server may send as slowly as it wants, so without a limit it
 * determines how much memory its responses occupy until the calls time out. Clients that have the same object share its
 * limit, for example those of one user, so that the servers of one user cannot take the memory of others.
 *
 * <p>The first 16 KiB of each body are not counted: most responses are smaller, and never fail because of others. A call
 * that gets no memory fails with a {@link io.github.arc4j.actions.errors.ConnectionException} that is retryable.
 *
 * <p>Implementations must be thread-safe, and must not block.
 */
public interface ResponseMemory {
    /**
     * Takes memory for a part of a body.
     *
     * @param bytes the number of bytes
     * @return whether there is that much; if not, nothing is taken
     */
    boolean take(int bytes);

    /**
     * Returns memory that was taken, when the call has ended.
     *
     * @param bytes the number of bytes
     */
    void release(int bytes);

    /**
     * {@return memory of a fixed size}
     *
     * @param bytes the size in bytes
     */
    static ResponseMemory of(long bytes) {
        AtomicLong used = new AtomicLong();
        return new ResponseMemory() {
            @Override
            public boolean take(int more) {
                if (used.addAndGet(more) <= bytes) {
                    return true;
                }
                used.addAndGet(-more);
                return false;
            }

            @Override
            public void release(int less) {
                used.addAndGet(-less);
            }
        };
    }
}
