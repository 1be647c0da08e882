package io.github.arc4j.process.log;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes whole lines, those that may wait together with later ones. Each write wakes up the container runtime, which
 * takes the processor from this process: in a burst, that costs more than to format the lines.
 *
 * <p>A line waits for 20 ms at most, and not once the process has begun to exit. Lines keep their order. If the process
 * is killed, lines that wait are lost.
 */
final class LineWriter {
    private static final long LONGEST_WAIT_MS = 20;
    /** More than this is written at once, so that memory stays bounded if the reader is slow. */
    private static final int MOST_BYTES = 64 << 10;

    private final PrintStream stream;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition waiting = lock.newCondition();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private volatile boolean started;

    LineWriter(PrintStream stream) {
        this.stream = stream;
    }

    /** Lets lines wait, until the process ends. */
    void start() {
        started = true;
        Thread.ofPlatform().daemon().name("log").start(this::run);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "log"));
    }

    /** Writes all lines at once from now on. */
    void stop() {
        started = false;
        flush();
    }

    private void run() {
        try {
            while (true) {
                awaitLine();
                Thread.sleep(LONGEST_WAIT_MS);
                flush();
            }
        } catch (InterruptedException e) {
            flush();
        }
    }

    private void awaitLine() throws InterruptedException {
        lock.lock();
        try {
            while (pending.size() == 0) {
                waiting.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** @param mayWait whether the line may wait for later ones */
    void write(byte[] line, boolean mayWait) {
        lock.lock();
        try {
            if (mayWait && started && pending.size() + line.length <= MOST_BYTES) {
                pending.writeBytes(line);
                waiting.signal();
            } else {
                pending.writeBytes(line);
                flush();
            }
        } finally {
            lock.unlock();
        }
    }

    void flush() {
        lock.lock();
        try {
            byte[] lines = pending.toByteArray();
            stream.write(lines, 0, lines.length);
            stream.flush();
            pending.reset();
        } finally {
            lock.unlock();
        }
    }
}
